"""Acts on the files of a job: upload and replace, restore, fetch again."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import BinaryIO
from uuid import UUID

from pydantic import JsonValue

from printhub.core.files.folders import Stored, WorkingFolders
from printhub.core.flow import closing, fetch, filing, holds, job_facts, reopening
from printhub.core.flow.acts.desk import Desk, by_beginning, find_job, load_job
from printhub.core.flow.case import Statement
from printhub.core.flow.rules import HUB
from printhub.core.model.dossier import Dossier
from printhub.core.model.errors import ActRefused, NotFetched
from printhub.core.model.known import FileRecord, FileRole, FileState
from printhub.core.model.verbs import Verb
from printhub.core.store import files
from printhub.core.store.store import Tx


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that an operator brings; `name` is for people and partners, and never a path."""

    content: BinaryIO
    name: str
    role: FileRole = FileRole.ARTWORK
    part: str | None = None
    media_type: str = "application/pdf"


@dataclass(frozen=True, slots=True)
class Supplied:
    """What became of files that an operator supplied.

    `asked` tells whether anybody tells the storefront to make the output again; None where that was not needed.
    `told` are the instances that know of the earlier file, and `unable` those of them that take no updates.
    """

    files: tuple[FileRecord, ...]
    superseded: tuple[FileRecord, ...]
    asked: bool | None
    told: tuple[str, ...]
    unable: tuple[str, ...]


class FileActs:
    """All raise NotFound for a job or file that is not there, and ActRefused for what cannot be."""

    def __init__(self, desk: Desk, folders: WorkingFolders) -> None:
        """Act through `desk` on files in `folders`."""
        self._desk = desk
        self._folders = folders

    def upload(self, job: str, upload: Upload, *, by: str, why: str) -> Supplied:
        """Put a file into a job's working folder, in place of the one that is there.

        Artwork makes the output wait until the storefront has made it again; output is used as it is.
        """
        rules = self._desk.rules
        dossier = self._desk.store.read(lambda tx: load_job(tx, find_job(tx, job).id))
        _require_fit(dossier, upload.role, upload.part)
        id_ = rules.new_id()
        with self._bytes(dossier, upload, id_) as stored:

            def work(tx: Tx, dossier: Dossier) -> Supplied:
                _require_fit(dossier, upload.role, upload.part)
                record = FileRecord(
                    id=id_,
                    job_id=dossier.job.id,
                    role=upload.role,
                    name=upload.name,
                    url="",
                    media_type=upload.media_type,
                    state=FileState.PRESENT,
                    created_at=rules.now(),
                    part=upload.part,
                    sha256=stored.sha256,
                    size=stored.size,
                    stored=stored.place,
                    by=by,
                )
                return self._supply(tx, "upload", dossier, [record], by, why)

            return self._desk.on_job(job, work)

    def restore(self, references: Sequence[str], *, by: str, why: str) -> Supplied:
        """Make superseded files of one job and role stand again: the undoing of a replacement."""

        def write(tx: Tx) -> Supplied:
            found = [find_file(tx, reference) for reference in references]
            first = found[0]
            if any((file.job_id, file.role) != (first.job_id, first.role) for file in found):
                raise ActRefused("files that are restored together are of one job, and all artwork or all output")
            for file in found:
                if not file.superseded:
                    raise ActRefused(f"file {file.id} ({file.name}) stands; nothing has superseded it")
                if not file.state.is_there:
                    raise ActRefused(f"file {file.id} ({file.name}) is {file.state}: the hub does not have it")
            dossier = load_job(tx, first.job_id)
            _require_open(dossier)
            supplied = self._supply(tx, "restore-file", dossier, found, by, why)
            self._desk.save(tx, dossier)
            return supplied

        return self._desk.store.write(write)

    def fetch(self, reference: str, *, by: str, why: str) -> list[FileRecord]:
        """Fetch one file again that failed, or waits to be tried again."""

        def write(tx: Tx) -> list[FileRecord]:
            file = find_file(tx, reference)
            if file.superseded or file.state not in (FileState.FAILED, FileState.FETCHING):
                standing = "superseded" if file.superseded else file.state
                raise ActRefused(f"file {file.id} ({file.name}) is {standing}: only what failed is fetched again")
            dossier = load_job(tx, file.job_id)
            self._fetch(tx, dossier, [file], by, why)
            self._desk.save(tx, dossier)
            return [dossier.files[file.id]]

        return self._desk.store.write(write)

    def fetch_all(self, job: str, *, by: str, why: str) -> list[FileRecord]:
        """Fetch all files of a job again that failed, or wait to be tried again."""

        def work(tx: Tx, dossier: Dossier) -> list[FileRecord]:
            wanted = [f for f in dossier.standing_files() if f.state in (FileState.FAILED, FileState.FETCHING)]
            if not wanted:
                raise ActRefused(f"no file of job {dossier.job.number} has failed")
            self._fetch(tx, dossier, wanted, by, why)
            return [dossier.files[file.id] for file in wanted]

        return self._desk.on_job(job, work)

    def _fetch(self, tx: Tx, dossier: Dossier, wanted: Sequence[FileRecord], by: str, why: str) -> None:
        self._desk.record_on(tx, "fetch", dossier.job, by=by, why=why, facts={"files": _ids(wanted)})
        fetch.try_again(dossier, self._desk.rules, wanted)

    @contextlib.contextmanager
    def _bytes(self, dossier: Dossier, upload: Upload, file_id: UUID) -> Iterator[Stored]:
        """The bytes in the working folder, where they stay only if all goes well.

        Where an interruption leaves open what became of the write they stay: what the store does not know of is swept.
        """
        job, limit = dossier.job, self._desk.rules.max_bytes(dossier.job)
        try:
            stored = self._folders.take(upload.content, job.id, file_id, max_bytes=limit)
        except NotFetched as error:
            raise ActRefused(f"{upload.name}: {error.detail}") from error
        try:
            yield stored
        except Exception:
            self._folders.clear(job.id, [file_id])
            raise

    def _supply(
        self, tx: Tx, act: str, dossier: Dossier, supplied: Sequence[FileRecord], by: str, why: str
    ) -> Supplied:
        rules = self._desk.rules
        before, known = dossier.standing_files(), set(dossier.deliveries)
        instances = dict.fromkeys(delivery.instance for delivery in dossier.deliveries.values())
        told = tuple(name for name in instances if job_facts.perhaps_there(dossier, name, rules))
        asked = None
        if supplied[0].role is FileRole.ARTWORK:
            for file in supplied:
                put = partial(_put, dossier, file)
                job_facts.new_artwork(dossier, self._statement(dossier, by), rules, file.part, file.name, put)
            asked = reopening.ask_recreation(dossier, rules, why)
        else:
            put = partial(_put_output, dossier, supplied)
            names = ", ".join(file.name for file in supplied)
            job_facts.new_output(dossier, self._statement(dossier, by), rules, put, names)
        holds.recheck(dossier, rules)
        gone = tuple(dossier.files[file.id] for file in before if dossier.files[file.id].superseded)
        facts: dict[str, JsonValue] = {"files": _ids(supplied), "superseded": _ids(gone)}
        self._desk.record_on(tx, act, dossier.job, by=by, why=why, facts=facts)
        updated = {d.instance for id_, d in dossier.deliveries.items() if id_ not in known and d.verb is Verb.UPDATE}
        unable = tuple(name for name in told if name not in updated)
        return Supplied(tuple(dossier.files[file.id] for file in supplied), gone, asked, told, unable)

    def _statement(self, dossier: Dossier, by: str) -> Statement:
        """What an operator does counts from now, whatever the clocks of those say who spoke before."""
        rules, job = self._desk.rules, dossier.job
        now, id_ = rules.now(), rules.new_id()
        spoken = [stamp[0] for group, stamp in job.stamps.items() if group.partition(".")[0] in ("artwork", "output")]
        time = max([now, *(moment + timedelta(microseconds=1) for moment in spoken)])
        return Statement(id_, job.storefront, HUB, str(id_), time, now, by)


def find_file(tx: Tx, reference: str) -> FileRecord:
    """A file by its id or the beginning of it; raises NotFound."""
    return by_beginning(tx, reference, files.starting_with, ("file", "files"), "printhub files list JOB")


def _require_open(dossier: Dossier) -> None:
    reopening.refuse_gone(dossier)
    job = dossier.job
    if closing.closed(dossier):
        raise ActRefused(f"job {job.number} is closed; `printhub reopen {job.number} --why TEXT` comes first")


def _require_fit(dossier: Dossier, role: FileRole, part: str | None) -> None:
    """Raise ActRefused unless a file of this role and part may be put into the job's folder now."""
    _require_open(dossier)
    job = dossier.job
    parts = [one.id for one in job.parts]
    if not job.product_type.prints:
        raise ActRefused(f"job {job.number} is {job.product_type}: it has no files")
    if part is not None and part not in parts:
        raise ActRefused(f"job {job.number} has no part {part}; it has {', '.join(parts) or 'no parts'}")
    if part is None and parts and role is FileRole.ARTWORK:
        raise ActRefused(f"say which part of job {job.number} the artwork is of: {', '.join(parts)}")
    whole = [file for file in dossier.standing_files() if file.role is FileRole.OUTPUT and file.part is None]
    if role is FileRole.OUTPUT and part is not None and whole:
        raise ActRefused(f"the output of job {job.number} is one file for all parts: replace it as a whole")


def _put(dossier: Dossier, file: FileRecord) -> None:
    dossier.put_file(replace(file, superseded=False))


def _put_output(dossier: Dossier, supplied: Sequence[FileRecord]) -> None:
    filing.supersede(dossier, FileRole.OUTPUT)  # what was made of all parts together
    for file in supplied:
        filing.supersede(dossier, FileRole.OUTPUT, file.part, all_parts=file.part is None)
    for file in supplied:
        _put(dossier, file)


def _ids(found: Sequence[FileRecord]) -> list[JsonValue]:
    return [str(file.id) for file in found]
