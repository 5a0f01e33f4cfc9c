"""Acts on a job as a whole: block, release, reprint, reopen, recreate."""

from pydantic import JsonValue

from printhub.core.flow import reopening, retrigger
from printhub.core.flow.acts.desk import Desk, find_job
from printhub.core.model.deliveries import Delivery
from printhub.core.model.dossier import Dossier
from printhub.core.model.errors import ActRefused
from printhub.core.model.events.job import JobBlocked, JobReleased
from printhub.core.store.store import Tx


class JobActs:
    """All raise NotFound for a job that is not there, and ActRefused for what cannot be."""

    def __init__(self, desk: Desk) -> None:
        """Act through `desk`."""
        self._desk = desk

    def block(self, job: str, *, by: str, why: str) -> None:
        """Keep a job in the house until it is released."""
        self._state(JobBlocked.type, "block", job, by, why)

    def release(self, job: str, *, by: str, why: str) -> None:
        """Remove all that blocks a job; raises ActRefused when nothing does."""
        self._state(JobReleased.type, "release", job, by, why)

    def reprint(self, job: str, instance: str, *, by: str, why: str) -> list[Delivery]:
        """Send the whole chain of a job to an instance again."""

        def work(tx: Tx, dossier: Dossier) -> list[Delivery]:
            self._desk.record(tx, "reprint", dossier.job.number, by=by, why=why)
            return retrigger.reprint(dossier, instance, self._desk.rules, by=by, why=why)

        return self._desk.on_job(job, work)

    def reopen(self, job: str, *, by: str, why: str) -> bool:
        """Open a closed job again and ask the storefront for its files; False when nobody would tell it."""

        def work(tx: Tx, dossier: Dossier) -> bool:
            self._desk.record(tx, "reopen", dossier.job.number, by=by, why=why)
            return reopening.reopen(dossier, self._desk.rules, by=by, why=why)

        return self._desk.on_job(job, work)

    def recreate(self, job: str, *, by: str, why: str) -> bool:
        """Ask the storefront to make a job's output again; False when nobody would tell it."""

        def work(tx: Tx, dossier: Dossier) -> bool:
            self._desk.record(tx, "recreate", dossier.job.number, by=by, why=why)
            return reopening.recreate(dossier, self._desk.rules, why=why)

        return self._desk.on_job(job, work)

    def _state(self, type_: str, act: str, job: str, by: str, why: str) -> None:
        def work(tx: Tx) -> None:
            record = find_job(tx, job)
            if act == "release" and not record.blocked:
                raise ActRefused(f"job {record.number} is not blocked")
            id_ = self._desk.record(tx, act, record.number, by=by, why=why)
            data: dict[str, JsonValue] = {"job": record.number, "why": why}
            self._desk.state(tx, id_, record.storefront, type_, data, by)

        self._desk.store.write(work)
