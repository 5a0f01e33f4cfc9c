"""Puts the files that a job is said to have on record, to be fetched or handed on as they are."""

from dataclasses import replace

from printhub.core.flow.rules import Rules
from printhub.core.model.assets import Asset
from printhub.core.model.dossier import Dossier, TimerKind
from printhub.core.model.known import FileRecord, FileRole, FileState


def file(dossier: Dossier, rules: Rules, asset: Asset, role: FileRole, part: str | None = None) -> FileRecord:
    """Put one file on record. Where the storefront's files stay put, its URL counts as the file's presence."""
    stays = rules.storefront(dossier.job.storefront).files_stay_put and not asset.url.startswith("file:")
    record = FileRecord(
        id=rules.new_id(),
        job_id=dossier.job.id,
        role=role,
        name=asset.name,
        url=asset.url,
        media_type=asset.media_type,
        state=FileState.HANDED_ON if stays else FileState.EXPECTED,
        created_at=rules.now(),
        part=part or asset.part,
        sha256=asset.sha256,
        size=asset.size,
    )
    if not stays:
        dossier.timers[(TimerKind.FETCH, str(record.id))] = rules.now()
    return dossier.put_file(record)


def supersede(dossier: Dossier, role: FileRole, part: str | None = None, *, all_parts: bool = False) -> None:
    """Keep the files of a role, or of one part, as superseded."""
    for record in dossier.standing_files():
        if record.role is role and (all_parts or record.part == part):
            dossier.put_file(replace(record, superseded=True))
