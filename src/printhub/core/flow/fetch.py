"""Station: brings the files of jobs into their working folders, so that no call to a partner waits for one."""

import logging
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from printhub.core.files.folders import NotFetched, Stored, WorkingFolders
from printhub.core.flow import commit, history, holds
from printhub.core.flow.rules import Rules
from printhub.core.model.dossier import TimerKind
from printhub.core.model.known import FileRecord, FileState
from printhub.core.store import dossiers, files, timers
from printhub.core.store.store import Store, Tx

log = logging.getLogger(__name__)

SCHEDULE = tuple(timedelta(seconds=seconds) for seconds in (1, 10, 60, 300, 1800))
"""How long after each failure a file is tried again; then it has failed."""
_BATCH = 100


class Fetcher:
    """Fetches what is due, one file at a time."""

    def __init__(self, store: Store, rules: Rules, folders: WorkingFolders) -> None:
        """Fetch into `folders`."""
        self._store = store
        self._rules = rules
        self._folders = folders

    def step(self, limit: int = 20) -> int:
        """Fetch what is due now; returns how many files were tried."""
        due = self._store.read(lambda tx: timers.due(tx, self._rules.now(), [TimerKind.FETCH], limit))
        for _, subject in due:
            self.fetch(UUID(subject))
        return len(due)

    def try_failed_again(self) -> None:
        """Fetch anew what has failed and still holds work back: what stood in the way may have been put right."""
        while self._store.write(lambda tx: _expect_failed(tx, self._rules)):
            pass

    def fetch(self, file_id: UUID) -> None:
        """Fetch one file and note what came of it."""
        file = self._store.read(lambda tx: files.get(tx, file_id))
        if file is None or file.superseded or file.state.is_there:
            subject = [(TimerKind.FETCH, str(file_id))]
            self._store.write(lambda tx: timers.done(tx, subject, self._rules.now()))
            return
        fetched: Stored | NotFetched
        try:
            fetched = self._folders.fetch(file.url, file.job_id, file.id, sha256=file.sha256, size=file.size)
        except NotFetched as error:
            fetched = error
        except Exception as error:  # one file must not keep all others from being fetched
            log.exception("a file of a job could not be fetched")
            fetched = NotFetched(f"the hub failed to fetch it ({type(error).__name__})", lasting=True)
        self._store.write(lambda tx: _conclude(tx, self._rules, file, fetched))


def _expect_failed(tx: Tx, rules: Rules) -> int:
    held = dossiers.load(tx, files.jobs_held_by_failed(tx, _BATCH))
    for dossier in held.values():
        for file in dossier.standing_files():
            if file.state is FileState.FAILED:
                dossier.put_file(replace(file, state=FileState.EXPECTED, attempts=0))
                dossier.timers[(TimerKind.FETCH, str(file.id))] = rules.now()
        holds.recheck(dossier, rules)
    commit.save(tx, rules, held.values())
    return len(held)


def _conclude(tx: Tx, rules: Rules, file: FileRecord, fetched: Stored | NotFetched) -> None:
    dossier = dossiers.load(tx, [file.job_id]).get(file.job_id)
    if dossier is None:  # the job was cleared away as test data meanwhile
        return
    file = replace(dossier.files[file.id], attempts=file.attempts + 1)
    due = None
    if isinstance(fetched, Stored):
        there = replace(file, state=FileState.PRESENT, stored=fetched.place, reason="")
        dossier.put_file(replace(there, sha256=fetched.sha256, size=fetched.size))
    elif fetched.lasting or file.attempts > len(SCHEDULE):
        dossier.put_file(replace(file, state=FileState.FAILED, reason=fetched.detail))
        history.notify_staff(dossier, "file_failed", f"{file.name} could not be fetched: {fetched.detail}")
    else:
        dossier.put_file(replace(file, state=FileState.FETCHING, reason=fetched.detail))
        due = rules.now() + SCHEDULE[file.attempts - 1]
    dossier.timers[(TimerKind.FETCH, str(file.id))] = due
    holds.recheck(dossier, rules)
    commit.save(tx, rules, [dossier])
