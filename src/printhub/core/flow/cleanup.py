"""Station: clears the working folders of jobs that are over - never under a running delivery or a promised address."""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from uuid import UUID

from printhub.core.channels.channel import Told
from printhub.core.files.folders import WorkingFolders
from printhub.core.flow import closing, commit, history
from printhub.core.flow.history import Origin
from printhub.core.flow.rules import Rules
from printhub.core.model.dossier import Dossier, TimerKind
from printhub.core.model.errors import StoreUnavailable
from printhub.core.model.known import FileState
from printhub.core.model.statuses import JobStatus
from printhub.core.store import dossiers, files, promises, timers
from printhub.core.store.store import Store, Tx

log = logging.getLogger(__name__)

SLICE = 500
"""How many folders one sweep looks at, at the most."""
_BATCH = 100
_PUT_OFF = timedelta(minutes=5)
"""How long a folder rests that could not be cleared."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """The files of one job whose bytes may go, now that the store says that they are not kept."""

    job_id: UUID
    files: tuple[UUID, ...]


class Cleaner:
    """Clears what is due, in two steps: the store lets go of the files, and after its commit the bytes are deleted.

    The timer stays until the second is done, so that a crash in between leaves nothing for ever.
    """

    def __init__(self, store: Store, rules: Rules, folders: WorkingFolders) -> None:
        """Clear folders of `folders`."""
        self._store = store
        self._rules = rules
        self._folders = folders
        self._unswept = folders.jobs()

    def step(self) -> int:
        """Clear what is due now; returns how many jobs were looked at."""
        due = self._store.read(lambda tx: timers.due(tx, self._rules.now(), [TimerKind.CLEAN], _BATCH))
        for _, subject in due:
            try:
                self._clean(UUID(subject))
            except StoreUnavailable:
                raise
            except Exception:
                log.exception(
                    "the working folder of job %s could not be cleared and is tried again",
                    subject,
                    extra={"job_id": subject},
                )
                later = {(TimerKind.CLEAN, subject): self._rules.now() + _PUT_OFF}
                self._store.write(lambda tx, later=later: timers.put(tx, later))  # type: ignore[misc] # the default binds it
        return len(due)

    def sweep(self) -> None:
        """Look at the next working folders: clear what is over, and what an upload left that died half-way.

        An earlier version cleared no folders; and bytes that the store knows nothing of are no use to anybody. Each
        sweep looks at a few, from where the last one stopped; behind the last folder it begins anew.
        """
        for _ in range(SLICE // _BATCH):
            batch = list(islice(self._unswept, _BATCH))
            if not batch:
                self._unswept = self._folders.jobs()
                return
            over, known = self._store.read(lambda tx, ids=batch: _lying(tx, ids))  # type: ignore[misc] # the default binds it
            if over:
                due = {(TimerKind.CLEAN, str(job_id)): self._rules.now() for job_id in over}
                self._store.write(lambda tx, due=due: timers.put(tx, due))  # type: ignore[misc] # the default binds it
            for job_id in batch:
                self._folders.clear_abandoned(job_id, known[job_id])

    def _clean(self, job_id: UUID) -> None:
        cleared = self._store.write(lambda tx: _let_go(tx, self._rules, job_id))
        if cleared is not None:
            self._folders.clear(job_id, cleared.files)
            fired = [(TimerKind.CLEAN, str(job_id))]
            self._store.write(lambda tx: timers.done(tx, fired, self._rules.now()))


def _lying(tx: Tx, job_ids: list[UUID]) -> tuple[list[UUID], dict[UUID, list[str]]]:
    """Which of these jobs may be over and have no time at which they are cleared, and where the files of each lie."""
    timed = {subject for kind, subject in timers.of(tx, [str(id_) for id_ in job_ids]) if kind is TimerKind.CLEAN}
    over = [job_id for job_id in files.perhaps_over(tx, job_ids) if str(job_id) not in timed]
    return over, {job_id: files.places(tx, job_id) for job_id in job_ids}


def _let_go(tx: Tx, rules: Rules, job_id: UUID) -> Cleared | None:
    """Clear the files of a job on record, if nothing needs them; None while something does, or for a while yet."""
    timer = (TimerKind.CLEAN, str(job_id))
    dossier = dossiers.load(tx, [job_id]).get(job_id)
    if dossier is None:
        timers.done(tx, [timer], rules.now())
        return None
    if closing.kept(dossier):
        if not closing.closed(dossier) or closing.open_deliveries(dossier, rules):
            timers.done(tx, [timer], rules.now())  # the end of the last delivery, or of the job, sets it again
            return None
        until = closing.promised_until(dossier, promises.standing(tx, job_id, rules.now()))
        if until is not None:
            timers.put(tx, {timer: until})
            return None
        _clear(dossier, rules)
        promises.forget(tx, job_id)
        commit.save(tx, rules, [dossier])
    gone = [file.id for file in dossier.files.values() if file.state is FileState.CLEARED]
    return Cleared(job_id, tuple(gone))


def _clear(dossier: Dossier, rules: Rules) -> None:
    for file in closing.kept(dossier):
        dossier.put_file(replace(file, state=FileState.CLEARED, stored=None, reason=""))
        dossier.timers[(TimerKind.FETCH, str(file.id))] = None
    history.append(dossier, rules, Told(JobStatus.CLEAN_UP), Origin(by="hub"))
