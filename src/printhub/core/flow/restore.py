"""Station: puts a backup in place, so that nothing which may have gone since goes a second time unasked."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from pydantic import JsonValue

from printhub.core.files.backups import JOBS, STORE, Backup, Progress
from printhub.core.files.placing import Placing
from printhub.core.flow import notices
from printhub.core.flow.lease import LEASE
from printhub.core.flow.rules import Rules
from printhub.core.flow.sweeper import Sweeper
from printhub.core.model.errors import ActRefused, BackupUnusable
from printhub.core.store import acts, hubs, instances, search, sessions, snapshot
from printhub.core.store.acts import Act
from printhub.core.store.hubs import Identity
from printhub.core.store.instances import Cause, Stop
from printhub.core.store.lock import sole_use
from printhub.core.store.revision import REVISIONS
from printhub.core.store.store import Store, Tx
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
            raise ActRefused(
                "a database is put back by its server's own means; then `printhub db restored` has to be told"
            )
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

    def take_note(self, store: Store, taken_at: datetime, *, by: str, why: str) -> tuple[int, tuple[str, ...]]:
        """Be told that a database was put back, by its own means, to how it was at a moment.

        Returns how many calls are asked about before they go, and the instances, all of which are paused. Raises
        ActRefused, also while a process works on the database.
        """
        if not why.strip():
            raise ActRefused("say why: it is kept with the act")
        if not store.shared:
            raise ActRefused("a store that is a file is put back by `printhub restore`")
        now = self._rules.now()
        if taken_at > now:
            raise ActRefused(f"{taken_at:%Y-%m-%d %H:%M:%S}Z lies ahead: say how the database was when it was saved")
        if found := store.read(lambda tx: search.workers(tx, now - LEASE)):
            who = ", ".join(f"{one.host} (process {one.pid})" for one in found)
            raise ActRefused(f"the hub works on this database: stop {who} first, and wait {LEASE.seconds} seconds")
        doubted = store.write(lambda tx: _doubt(tx, self._rules, None, taken_at, by, why))
        Sweeper(store, self._rules, self._rules.new_id()).void_others()
        return doubted, tuple(self._rules.settings.instances)

    def _make_ready(self, backup: Backup, path: Path, by: str, why: str) -> tuple[int, tuple[str, ...]]:
        manifest = backup.manifest
        with snapshot.opened(path) as store:
            migrate_copy(store)
            doubted = store.write(lambda tx: _doubt(tx, self._rules, manifest.hub, manifest.taken_at, by, why))
            # What was being made when the backup was taken is unknown, as after any crash.
            Sweeper(store, self._rules, self._rules.new_id()).void_others()
        return doubted, tuple(self._rules.settings.instances)


def _doubt(tx: Tx, rules: Rules, hub: UUID | None, taken_at: datetime, by: str, why: str) -> int:
    """Begin a new hub, which asks before any call goes that the one before it (None: the newest) may have made."""
    now, before = rules.now(), hubs.newest(tx)
    hubs.begin(tx, Identity(rules.new_id(), now, taken_at))
    hubs.forget_workers(tx)
    sessions.end_all(tx)  # some were ended since, and would be good again
    doubted = hubs.doubt(tx, [(kind, channel.once) for kind, channel in rules.channels.items() if channel.once])
    detail = f"restored from a backup of {taken_at:%Y-%m-%d %H:%M:%S}Z: compare with the partner, then resume"
    for name in rules.settings.instances:
        instances.put(tx, Stop(name, "", Cause.PAUSED, now, None, detail))
    replaced = hub or (before.id if before else None)
    facts: dict[str, JsonValue] = {
        "hub": str(replaced) if replaced else None,
        "taken_at": taken_at.isoformat(),
        "doubted": doubted,
    }
    acts.record(tx, Act(rules.new_id(), now, by, "restore", "store", why, facts))
    text = f"the store was restored from a backup of {taken_at:%Y-%m-%d %H:%M:%S}Z; all instances are paused"
    notices.state(tx, rules, "restored", text)
    return doubted
