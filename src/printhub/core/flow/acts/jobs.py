"""Acts on a job as a whole: block, release, reprint, plan."""

from pydantic import JsonValue

from printhub.core.channels.channel import Told
from printhub.core.flow import history, holds, planning, retrigger
from printhub.core.flow.acts.desk import Desk, find_job
from printhub.core.flow.history import Origin
from printhub.core.model.deliveries import Delivery
from printhub.core.model.dossier import Dossier
from printhub.core.model.errors import ActRefused
from printhub.core.model.events.job import JobBlocked, JobReleased
from printhub.core.model.statuses import JobStatus
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

    def plan(self, job: str, *, by: str, why: str) -> list[Delivery]:
        """Plan an ordered job that no route led anywhere, after the routes were put right."""
        rules = self._desk.rules

        def work(tx: Tx, dossier: Dossier) -> list[Delivery]:
            record = dossier.job
            if not record.ordered or record.cancelled or not record.delivered:
                state = (
                    "cancelled" if record.cancelled else "not ordered yet" if not record.ordered else "never delivered"
                )
                raise ActRefused(f"job {record.number} is {state}; there is nothing to plan")
            planned = planning.plan_missing(dossier, rules)
            if not planned:
                raise ActRefused(
                    f"job {record.number} has nothing to plan: its routes lead nowhere that it is not planned for; "
                    f"`printhub jobs explain {record.number}` tells where they lead"
                )
            self._desk.record(tx, "plan", record.number, by=by, why=why)
            names = ", ".join(dict.fromkeys(delivery.instance for delivery in planned))
            told = Told(JobStatus.ACTION_RUN, detail=f"planned for {names}: {why}")
            history.append(dossier, rules, told, Origin(by=by))
            holds.recheck(dossier, rules)
            return [dossier.deliveries[delivery.id] for delivery in planned]

        return self._desk.on_job(job, work)

    def _state(self, type_: str, act: str, job: str, by: str, why: str) -> None:
        def work(tx: Tx) -> None:
            record = find_job(tx, job)
            if act == "release" and not record.blocked:
                raise ActRefused(
                    f"job {record.number} is not blocked; `printhub jobs explain {record.number}` tells why it waits"
                )
            id_ = self._desk.record(tx, act, record.number, by=by, why=why)
            data: dict[str, JsonValue] = {"job": record.number, "why": why}
            self._desk.state(tx, id_, record.storefront, type_, data, by)

        self._desk.store.write(work)
