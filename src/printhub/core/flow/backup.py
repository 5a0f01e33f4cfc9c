"""Station: saves the store and the files that it names, while the hub goes on."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from printhub.core.files.backups import STORE, BackupDraft, Progress, digest
from printhub.core.files.folders import WorkingFolders
from printhub.core.files.manifest import LostFile, Manifest, SavedFile
from printhub.core.flow.rules import Rules
from printhub.core.model.errors import BackupUnusable
from printhub.core.store import hubs, snapshot
from printhub.core.store.file_copy import copy_to
from printhub.core.store.revision import HEAD
from printhub.core.store.sqlite import SqliteStore
from printhub.core.store.store import Store

_ROUNDS = 5
"""How often the store is copied at the most because files were cleared while the last copy's were being saved."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that was taken; `manifest.lost` names files that could not be saved because they are not there."""

    folder: Path
    manifest: Manifest


class Backups:
    """Takes backups of one store and its working folders."""

    def __init__(self, store: Store, folders: WorkingFolders, rules: Rules) -> None:
        """Save `store` and `folders`."""
        self._store = store
        self._folders = folders
        self._rules = rules

    def take(self, target: Path, progress: Progress) -> BackedUp:
        """Save everything in a folder of its own; raises BackupUnusable or StoreUnavailable, and leaves nothing then.

        The store comes first and then the files that its copy names. Where a clean-up took a file away meanwhile, the
        store is copied once more, which knows of the clean-up; files that are copied stay copied.
        """
        draft = BackupDraft(target)
        try:
            manifest = self._take(draft, progress)
            draft.finish(manifest)
        except BaseException:
            draft.discard()
            raise
        return BackedUp(target, manifest)

    def _take(self, draft: BackupDraft, progress: Progress) -> Manifest:
        now, new_id = self._rules.now(), self._rules.new_id()
        hub = self._store.read(hubs.newest) or self._store.write(lambda tx: hubs.identity(tx, new_id, now))
        lost, rounds = self._save(draft, progress), 1
        while rounds < _ROUNDS and any(self._was_cleared(file) for file in lost):
            now = self._rules.now()
            lost, rounds = self._save(draft, progress), rounds + 1
        gone = {file.place for file in lost}
        with snapshot.opened(draft.store) as copy:
            listing = draft.list(file for file in _named(copy) if file.place not in gone)
            counts = copy.read(snapshot.counts)
            sizes = [file.size for file in _named(copy) if file.place not in gone]
        return Manifest(
            printhub=version("printhub"),
            hub=hub.id,
            taken_at=now,
            store=digest(draft.store, STORE),
            store_version=HEAD,
            listing=listing,
            files=len(sizes),
            bytes=sum(sizes),
            counts=counts,
            lost=tuple(lost),
        )

    def _save(self, draft: BackupDraft, progress: Progress) -> list[LostFile]:
        copy_to(_file_of(self._store), draft.store, lambda done, whole: progress("pages copied", done, whole))
        lost = []
        with snapshot.opened(draft.store) as copy:
            whole = copy.read(snapshot.count_stored_files)
            for number, file in enumerate(_named(copy), 1):
                why = draft.save(self._folders.root, file.place, file.sha256, file.size)
                if why is not None:
                    lost.append(LostFile(place=file.place, reason=why))
                progress("files saved", number, whole)
        return lost

    def _was_cleared(self, file: LostFile) -> bool:
        return not self._store.read(lambda tx: snapshot.is_stored(tx, file.place))


def _file_of(store: Store) -> Path:
    if not isinstance(store, SqliteStore):
        raise BackupUnusable(
            f"the store {store.name} is a database, which its server saves by its own means: `pg_dump`, say, "
            "and a copy of the data folder"
        )
    return store.path


def _named(copy: Store) -> Iterator[SavedFile]:
    with copy.reading() as tx:
        for place, sha256, size in snapshot.stored_files(tx):
            yield SavedFile(place=place, sha256=sha256, size=size)
