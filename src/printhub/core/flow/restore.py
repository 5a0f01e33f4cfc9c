"""Station: puts a backup in place, so that nothing which may have gone since goes a second time unasked."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from printhub.core.files.backups import JOBS, STORE, Backup, Progress
from printhub.core.files.placing import Placing
from printhub.core.flow import notices
from printhub.core.flow.rules import Rules
from printhub.core.flow.sweeper import Sweeper
from printhub.core.model.errors import ActRefused, BackupUnusable
from printhub.core.store import acts, hubs, instances, snapshot
from printhub.core.store.acts import Act
from printhub.core.store.hubs import Identity
from printhub.core.store.instances import Cause, Stop
from printhub.core.store.lock import sole_use
from printhub.core.store.revision import REVISIONS
from printhub.core.store.store import Tx
from printhub.core.store.upgrade import migrate_copy


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restoration did: `doubted` calls are asked about before they go; `kept` is what was there before."""

    backup: Backup
    store: Path
    doubted: int
    paused: tuple[str, ...]
    kept: Path | None


class Restoration:
    """Puts backups in the place of a store."""

    def __init__(self, store: Path | None, jobs: Path, rules: Rules, *, busy_seconds: float) -> None:
        """Restore the file `store` and the working folders below `jobs`, both in the data folder.

        Without a file the store is a database, which its server saves and restores.
        """
        self._store = store
        self._jobs = jobs
        self._rules = rules
        self._busy_seconds = busy_seconds

    def restore(self, folder: Path, *, replace: bool, by: str, why: str, progress: Progress) -> Restored:
        """Check a backup and put it in place; raises BackupUnusable, ActRefused or StoreUnavailable.

        The store is changed last, in one step: whatever is raised before, it is as it was, and at the most beside it
        lie working folders of the backup that it does not name. What was there is kept aside.
        """
        if not why.strip():
            raise ActRefused("say why: it is kept with the act")
        path = self._store
        if path is None:
            raise ActRefused("the store is a database, which its server restores by its own means: see docs/deploy.md")
        backup = Backup.at(folder)
        if backup.manifest.store_version not in REVISIONS:
            made = f"PrintHub {backup.manifest.printhub}, whose store has version {backup.manifest.store_version}"
            raise BackupUnusable(f"the backup {folder} was taken by {made}; install that or a later one")
        backup.verify(progress)
        placing = Placing(path.parent, self._jobs)
        placing.make_room()
        with sole_use(path.parent):
            used = path.exists() or placing.used
            if used and not replace:
                raise ActRefused(f"{path.parent} holds a store or working folders already; --replace keeps them aside")
            placing.clear()  # what an earlier try may have left
            try:
                backup.unpack(placing.staged, progress)
                doubted, paused = self._make_ready(backup, placing.staged / STORE, by, why)
                kept = placing.keep_aside(self._rules.now()) if used else None
                placing.bring_in(placing.staged / JOBS)
                aside = kept / path.name if kept else path
                snapshot.put_in_place(placing.staged / STORE, path, aside, busy_seconds=self._busy_seconds)
            finally:
                placing.clear()
            if kept is not None:
                placing.move_strangers({Path(file.place).parts[0] for file in backup.files()}, kept / JOBS)
        return Restored(backup, path, doubted, paused, kept)

    def _make_ready(self, backup: Backup, path: Path, by: str, why: str) -> tuple[int, tuple[str, ...]]:
        with snapshot.opened(path) as store:
            migrate_copy(store)
            doubted = store.write(lambda tx: self._doubt(tx, backup, by, why))
            # What was being made when the backup was taken is unknown, as after any crash.
            Sweeper(store, self._rules, self._rules.new_id()).void_others()
        return doubted, tuple(self._rules.settings.instances)

    def _doubt(self, tx: Tx, backup: Backup, by: str, why: str) -> int:
        rules, now, taken_at = self._rules, self._rules.now(), backup.manifest.taken_at
        hubs.begin(tx, Identity(rules.new_id(), now, taken_at))
        hubs.forget_workers(tx)
        doubted = hubs.doubt(tx, [(kind, channel.once) for kind, channel in rules.channels.items() if channel.once])
        detail = f"restored from a backup of {taken_at:%Y-%m-%d %H:%M:%S}Z: compare with the partner, then resume"
        for name in rules.settings.instances:
            instances.put(tx, Stop(name, "", Cause.PAUSED, now, None, detail))
        facts: dict[str, JsonValue] = {
            "hub": str(backup.manifest.hub),
            "taken_at": taken_at.isoformat(),
            "doubted": doubted,
        }
        acts.record(tx, Act(rules.new_id(), now, by, "restore", "store", why, facts))
        text = f"the store was restored from a backup of {taken_at:%Y-%m-%d %H:%M:%S}Z; all instances are paused"
        notices.state(tx, rules, "restored", text)
        return doubted
