"""What a store of one writer remembers of the jobs that it wrote last, so that they need not be read again.

Only the writing connection of a SQLite file has a memory: nobody else of this process writes, and SQLite itself tells
when another process has. What is handed out is a copy, and what a transaction remembers counts from its commit on.
"""

from collections import OrderedDict
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Connection

from printhub.core.model.dossier import Dossier

_KEY = "printhub_remembered"
_MOST = 512
"""Jobs that are remembered: those whose chains are under way, and then some."""


class Memory:
    """The jobs of a store as its last transactions left them."""

    def __init__(self, *, doubting: bool = False) -> None:
        """Remember nothing yet; `doubting` has what is remembered compared with what is in the file, at each use."""
        self._jobs: OrderedDict[UUID, Dossier] = OrderedDict()
        self._version: object = None
        self._doubting = doubting

    def begin(self, tx: Connection, version: object) -> None:
        """Serve a transaction; `version` is another one when another connection has committed since the last time."""
        if version != self._version:
            self._jobs.clear()
        self._version = version
        tx.info[_KEY] = Remembered(self._jobs, doubting=self._doubting)

    def commit(self, tx: Connection) -> None:
        """Keep what the transaction has remembered."""
        found: Remembered = tx.info.pop(_KEY)
        if found.all_forgotten:
            self._jobs.clear()
        for id_, dossier in found.changed.items():
            self._jobs.pop(id_, None)
            if dossier is not None:
                self._jobs[id_] = dossier
        while len(self._jobs) > _MOST:
            self._jobs.popitem(last=False)


class Remembered:
    """What one transaction remembers: what there was before it, and what it changed."""

    def __init__(self, before: OrderedDict[UUID, Dossier], *, doubting: bool) -> None:
        """Begin with what there was `before`."""
        self._before = before
        self.doubting = doubting
        self.changed: dict[UUID, Dossier | None] = {}
        self.all_forgotten = False

    def get(self, job_id: UUID) -> Dossier | None:
        """A job as it was saved last; the caller's to change."""
        found = self.changed.get(job_id)
        if job_id not in self.changed and not self.all_forgotten:
            found = self._before.get(job_id)
        return found.copied() if found is not None else None

    def put(self, dossier: Dossier) -> None:
        """Remember a job that was just saved."""
        self.changed[dossier.job.id] = dossier.copied()

    def forget(self, job_ids: Iterable[UUID]) -> None:
        """These were changed otherwise, or hold what only the database knows."""
        self.changed.update(dict.fromkeys(job_ids))

    def forget_order(self, order_id: UUID) -> None:
        """An order was changed: forget its jobs."""
        known = [*self._before.values(), *filter(None, self.changed.values())]
        self.forget([dossier.job.id for dossier in known if dossier.job.order_id == order_id])

    def forget_all(self) -> None:
        """Very much was changed."""
        self.changed.clear()
        self.all_forgotten = True


def remembered(tx: Connection) -> Remembered | None:
    """What a transaction remembers; None where it reads only, or others may be writing."""
    found: Remembered | None = tx.info.get(_KEY)
    return found


def forget_all(tx: Connection) -> None:
    """Say that deliveries of any number of jobs were changed by a statement of its own."""
    if (found := remembered(tx)) is not None:
        found.forget_all()
