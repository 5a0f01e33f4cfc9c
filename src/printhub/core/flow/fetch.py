"""Station: brings the files of jobs into their working folders, so that no call to a partner waits for one."""

import logging
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from structlog.contextvars import bound_contextvars

from printhub.core.files.folders import Stored, WorkingFolders
from printhub.core.flow import commit, history, holds
from printhub.core.flow.rules import Rules
from printhub.core.model.dossier import Dossier, TimerKind
from printhub.core.model.errors import NotFetched, StoreUnavailable
from printhub.core.model.failpoints import Failpoint
from printhub.core.model.known import FileRecord, FileState
from printhub.core.store import dossiers, files, timers
from printhub.core.store.files import Due
from printhub.core.store.store import Store, Tx

log = logging.getLogger(__name__)

SCHEDULE = tuple(timedelta(seconds=seconds) for seconds in (1, 10, 60, 300, 1800))
"""How long after each failure a file is tried again; then it has failed."""
AT_ONCE = 6
"""Files that are fetched at the same time."""
AT_ONCE_FROM_ONE = 2
"""Of those, files from the same host: a slow one holds up nothing but its own."""
LONGEST_WAIT = timedelta(hours=6)
"""A server that wants to be asked again later than this is asked after it all the same."""
PAUSE = timedelta(seconds=5)
"""How long a file rests of which the store could not be told what came of it."""
PUT_OFF = timedelta(minutes=5)
"""How long a file rests over which the hub met with a fault of its own."""
_BATCH = 100


class Fetcher:
    """Fetches what is due. `take` and `fetch` are safe for threads; `step` does both, one file after the other."""

    def __init__(self, store: Store, rules: Rules, folders: WorkingFolders) -> None:
        """Fetch into `folders`."""
        self._store = store
        self._rules = rules
        self._folders = folders
        self._stopping = threading.Event()
        self._gate = threading.Lock()
        self._in_hand: dict[UUID, str] = {}
        self._resting: dict[UUID, datetime] = {}
        self._unnoted: dict[UUID, Stored] = {}
        self._served = ""

    def step(self) -> int:
        """Fetch what is due now; returns how many files were tried."""
        taken = self.take()
        for file in taken:
            self.fetch(file)
        return len(taken)

    def stop(self) -> None:
        """Let what is being fetched be given up; it is fetched when the hub serves again."""
        self._stopping.set()

    def take(self) -> list[Due]:
        """What may be fetched now, at most so much that all hands are full: from host after host, few from each."""
        with self._gate:
            self._let_go_of_rested()
            if self._stopping.is_set() or len(self._in_hand) >= AT_ONCE:
                return []
            taken = self._store.read(self._next)
            for due in taken:
                self._in_hand[due.id] = self._served = due.host
            return taken

    def fetch(self, due: Due) -> None:
        """Fetch one file that was taken, and note what came of it; raises StoreUnavailable.

        A file of which that could not be noted stays in hand for a while, or every commit would fetch it once more.
        """
        try:
            with bound_contextvars(file_id=str(due.id)):
                self._fetch_or_put_off(due.id)
        except StoreUnavailable:
            with self._gate:
                self._resting[due.id] = self._rules.now() + PAUSE
            raise
        finally:
            with self._gate:
                if due.id not in self._resting:
                    del self._in_hand[due.id]

    def try_failed_again(self) -> None:
        """Fetch anew what has failed and still holds work back: what stood in the way may have been put right."""
        while self._store.write(lambda tx: _expect_failed(tx, self._rules)):
            pass

    def _let_go_of_rested(self) -> None:
        now = self._rules.now()
        for id_ in [id_ for id_, until in self._resting.items() if until <= now]:
            del self._resting[id_], self._in_hand[id_]

    def _next(self, tx: Tx) -> list[Due]:
        now, busy = self._rules.now(), Counter(self._in_hand.values())
        free = AT_ONCE - busy.total()
        full = [host for host, files_ in busy.items() if files_ >= AT_ONCE_FROM_ONE]
        # All that is due from a busy host may be in hand: so many hosts more.
        hosts = files.hosts_in_turn(tx, now, after=self._served, without=full, limit=free + len(busy))
        taken: list[Due] = []
        for host in hosts:
            due = files.due_from(tx, host, now, AT_ONCE_FROM_ONE)
            fresh = [file for file in due if file.id not in self._in_hand]
            taken += fresh[: min(AT_ONCE_FROM_ONE - busy[host], free - len(taken))]
        return taken

    def _fetch_or_put_off(self, file_id: UUID) -> None:
        try:
            self._fetch(file_id)
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("what came of file %s could not be noted; it is tried again", file_id)
            later = {(TimerKind.FETCH, str(file_id)): self._rules.now() + PUT_OFF}
            self._store.write(lambda tx: timers.put(tx, later))

    def _fetch(self, file_id: UUID) -> None:
        file, max_bytes = self._store.read(lambda tx: self._wanted(tx, file_id))
        if file is None:
            self._unnoted.pop(file_id, None)
            subject = [(TimerKind.FETCH, str(file_id))]
            self._store.write(lambda tx: timers.done(tx, subject, self._rules.now()))
            return
        fetched = self._still_there(file_id) or self._bring(file, max_bytes)
        if isinstance(fetched, Stored):
            self._unnoted[file_id] = fetched
        if self._stopping.is_set() and not isinstance(fetched, Stored):
            return  # its timer is due still
        wanted = self._store.write(lambda tx: _conclude(tx, self._rules, file, fetched))
        self._rules.reached(Failpoint.FETCH_COMMITTED)
        self._unnoted.pop(file_id, None)
        if not wanted:
            self._folders.clear(file.job_id, [file.id])

    def _wanted(self, tx: Tx, file_id: UUID) -> tuple[FileRecord | None, int]:
        file = files.get(tx, file_id)
        job = files.job_of(tx, file_id)
        if file is None or job is None or file.superseded or not _is_to_come(file):
            return None, 0
        return file, self._rules.max_bytes(job)

    def _still_there(self, file_id: UUID) -> Stored | None:
        """A file that was brought before, of which the store could not be told: it need not be fetched again."""
        stored = self._unnoted.get(file_id)
        return stored if stored is not None and self._folders.has(stored) else None

    def _bring(self, file: FileRecord, max_bytes: int) -> Stored | NotFetched:
        try:
            return self._folders.fetch(
                file.url,
                file.job_id,
                file.id,
                max_bytes=max_bytes,
                sha256=file.sha256,
                size=file.size,
                stopped=self._stopping.is_set,
                to_come=lambda: self._store.read(lambda tx: _awaits(tx, file.id)),
            )
        except NotFetched as error:
            return error
        except StoreUnavailable:
            raise
        except Exception as error:  # one file must not keep all others from being fetched
            log.exception("a file of a job could not be fetched")
            return NotFetched(f"the hub failed to fetch it ({type(error).__name__})", lasting=True)


def try_again(dossier: Dossier, rules: Rules, wanted: Sequence[FileRecord]) -> None:
    """Fetch files anew, with all their patience; the reason of what failed before stays until it is known better."""
    for file in wanted:
        dossier.put_file(replace(file, state=FileState.EXPECTED, attempts=0))
        dossier.timers[(TimerKind.FETCH, str(file.id))] = rules.now()
    holds.recheck(dossier, rules)


def _expect_failed(tx: Tx, rules: Rules) -> int:
    held = dossiers.load(tx, files.jobs_held_by_failed(tx, _BATCH))
    for dossier in held.values():
        try_again(dossier, rules, [file for file in dossier.standing_files() if file.state is FileState.FAILED])
    commit.save(tx, rules, held.values())
    return len(held)


def _conclude(tx: Tx, rules: Rules, file: FileRecord, fetched: Stored | NotFetched) -> bool:
    """Note what came of a file; False when it is not wanted any more, because the folder was cleared meanwhile."""
    dossier = dossiers.load(tx, [file.job_id]).get(file.job_id)
    if dossier is None:  # the job was cleared away as test data meanwhile
        return False
    if not _is_to_come(dossier.files[file.id]):
        return dossier.files[file.id].state.is_there
    file = replace(dossier.files[file.id], attempts=file.attempts + 1)
    due = None
    if isinstance(fetched, Stored):
        there = replace(file, state=FileState.PRESENT, stored=fetched.place, reason="")
        dossier.put_file(replace(there, sha256=fetched.sha256, size=fetched.size))
    elif fetched.lasting or file.attempts > len(SCHEDULE):
        known = file.attempts == 1 and file.reason == fetched.detail  # as it failed before it was fetched anew
        dossier.put_file(replace(file, state=FileState.FAILED, reason=fetched.detail))
        if not known:
            history.notify_staff(dossier, "file_failed", f"{file.name} could not be fetched: {fetched.detail}")
    else:
        dossier.put_file(replace(file, state=FileState.FETCHING, reason=fetched.detail))
        asked = min(fetched.retry_after or timedelta(), LONGEST_WAIT)
        due = rules.now() + max(SCHEDULE[file.attempts - 1], asked)
    dossier.timers[(TimerKind.FETCH, str(file.id))] = due
    holds.recheck(dossier, rules)
    commit.save(tx, rules, [dossier])
    rules.reached(Failpoint.FETCH_BEFORE_COMMIT)
    return True


def _awaits(tx: Tx, file_id: UUID) -> bool:
    """Whether a file is to come still: another process may have brought it, and its bytes stand."""
    file = files.get(tx, file_id)
    return file is not None and _is_to_come(file)


def _is_to_come(file: FileRecord) -> bool:
    return file.state in (FileState.EXPECTED, FileState.FETCHING, FileState.FAILED)
