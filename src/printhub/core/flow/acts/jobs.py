"""Acts on a job as a whole: block, release, reprint, plan, reopen, recreate."""

from uuid import UUID

from pydantic import JsonValue

from printhub.core.channels.channel import Told
from printhub.core.flow import history, holds, planning, reopening, retrigger
from printhub.core.flow.acts.desk import Desk, find_job, there
from printhub.core.flow.history import Origin
from printhub.core.flow.rules import HUB
from printhub.core.model.deliveries import Delivery
from printhub.core.model.dossier import Dossier
from printhub.core.model.errors import ActRefused
from printhub.core.model.events.job import JobBlocked, JobProgressed, JobReleased
from printhub.core.model.history import StatusChange
from printhub.core.model.statuses import JobStatus, StatusGroup
from printhub.core.store import dossiers
from printhub.core.store.acts import Act
from printhub.core.store.store import Tx

_CUSTOM = (JobStatus.CUSTOM_STATUS, JobStatus.CUSTOM_STATUS_HIDDEN)


class JobActs:
    """All raise NotFound for a job that is not there, and ActRefused for what cannot be."""

    def __init__(self, desk: Desk) -> None:
        """Act through `desk`."""
        self._desk = desk

    def block(self, job: str, *, by: str, why: str) -> None:
        """Keep a job in the house until it is released."""

        def work(tx: Tx) -> None:
            record = find_job(tx, job)
            facts: dict[str, JsonValue] = {"job": str(record.id)}
            id_ = self._desk.record_on(tx, "block", record, by=by, why=why, facts=facts)
            data: dict[str, JsonValue] = {"job": record.number, "why": why}
            self._desk.state(tx, id_, record.storefront, JobBlocked.type, data, by)

        self._desk.store.write(work)

    def release(self, job: str, *, by: str, why: str) -> None:
        """Remove all that blocks a job; raises ActRefused when nothing does."""

        def work(tx: Tx) -> None:
            record = find_job(tx, job)
            # Its order first: what is stated about the job is taken in under the lock of that.
            dossier = there(dossiers.load_job(tx, record.storefront, record.number))
            if not dossier.job.blocked:
                raise ActRefused(
                    f"job {record.number} is not blocked; `printhub jobs explain {record.number}` tells why it waits"
                )
            entries: list[JsonValue] = [str(entry.id) for entry in _blocks(dossier) if entry.stands]
            facts: dict[str, JsonValue] = {"job": str(record.id), "entries": entries}
            id_ = self._desk.record_on(tx, "release", record, by=by, why=why, facts=facts)
            data: dict[str, JsonValue] = {"job": record.number, "why": why}
            self._desk.state(tx, id_, record.storefront, JobReleased.type, data, by)

        self._desk.store.write(work)

    def set_status(self, job: str, status: JobStatus, label: str | None, *, by: str, why: str) -> None:
        """Write a status of production or fulfilment, or one of the print shop's own, that a person saw come true."""
        if status.group not in (StatusGroup.PRODUCTION, StatusGroup.FULFILMENT) and status not in _CUSTOM:
            raise ActRefused(
                f"{status} is not for people to set: expected one of production, fulfilment, or a custom one"
            )
        if (label is None) == (status in _CUSTOM):
            raise ActRefused("a custom status needs a label, and no other takes one")

        def work(tx: Tx) -> None:
            record = find_job(tx, job)
            facts: dict[str, JsonValue] = {"job": str(record.id), "status": status}
            id_ = self._desk.record_on(tx, "status", record, by=by, why=why, facts=facts)
            data: dict[str, JsonValue] = {"job": record.number, "status": status, "label": label, "detail": why}
            self._desk.state(tx, id_, record.storefront, JobProgressed.type, data, by)

        self._desk.store.write(work)

    def reprint(self, job: str, instance: str | None, *, by: str, why: str) -> list[Delivery]:
        """Send the whole chain of a job to an instance again; without one, to the only instance that has a chain."""

        def work(tx: Tx, dossier: Dossier) -> list[Delivery]:
            place = instance or self._only_chain(dossier)
            runs = retrigger.reprint(dossier, place, self._desk.rules, by=by, why=why)
            facts: dict[str, JsonValue] = {"about": f"{dossier.job.number} at {place}"}
            self._desk.record_on(tx, "reprint", dossier.job, by=by, why=why, facts=facts)
            return runs

        return self._desk.on_job(job, work)

    def reopen(self, job: str, *, by: str, why: str) -> bool:
        """Open a closed job again and ask the storefront for its files; False when nobody would tell it."""

        def work(tx: Tx, dossier: Dossier) -> bool:
            self._desk.record_on(tx, "reopen", dossier.job, by=by, why=why)
            return reopening.reopen(dossier, self._desk.rules, by=by, why=why)

        return self._desk.on_job(job, work)

    def recreate(self, job: str, *, by: str, why: str) -> bool:
        """Ask the storefront to make a job's output again; False when nobody would tell it."""

        def work(tx: Tx, dossier: Dossier) -> bool:
            self._desk.record_on(tx, "recreate", dossier.job, by=by, why=why)
            return reopening.recreate(dossier, self._desk.rules, why=why)

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
            self._desk.record_on(tx, "plan", record, by=by, why=why)
            names = ", ".join(dict.fromkeys(delivery.instance for delivery in planned))
            told = Told(JobStatus.ACTION_RUN, detail=f"planned for {names}: {why}")
            history.append(dossier, rules, told, Origin(by=by))
            holds.recheck(dossier, rules)
            return [dossier.deliveries[delivery.id] for delivery in planned]

        return self._desk.on_job(job, work)

    def unblock(self, tx: Tx, act: Act, undo: UUID, by: str, why: str) -> str:  # noqa: ARG002 - all undoing looks alike
        """Take a block back: its own entry is removed, and other blocks of the job stay."""
        dossier = _dossier_of(tx, act)
        entry = next((e for e in _blocks(dossier) if e.source == HUB and e.source_id == f"{act.id}/0"), None)
        if entry is None or not entry.stands:
            raise ActRefused(f"job {dossier.job.number} was released since")
        history.unblock(dossier, self._desk.rules, [entry], by=by, why=why)
        holds.recheck(dossier, self._desk.rules)
        self._desk.save(tx, dossier)
        others = "; other blocks stand" if dossier.job.blocked else ""
        return f"the block of job {dossier.job.number} is removed{others}"

    def block_again(self, tx: Tx, act: Act, undo: UUID, by: str, why: str) -> str:
        """Take a release back: the job is blocked for the reasons that it was blocked for."""
        dossier = _dossier_of(tx, act)
        job, ids = dossier.job, act.facts["entries"]
        reasons = [entry.detail for entry in _blocks(dossier) if str(entry.id) in ids and entry.detail]
        text = "; ".join([*reasons, f"the release was undone: {why}"])
        self._desk.state(tx, undo, job.storefront, JobBlocked.type, {"job": job.number, "why": text[:2000]}, by)
        return f"job {job.number} is blocked again; what has gone since is not called back"

    def _only_chain(self, dossier: Dossier) -> str:
        found = retrigger.chains(dossier, self._desk.rules)
        if len(found) != 1:
            what = f"has chains at {', '.join(found)}; say at which with --instance" if found else "was planned nowhere"
            raise ActRefused(f"job {dossier.job.number} {what}")
        return found[0]


def _dossier_of(tx: Tx, act: Act) -> Dossier:
    # Acts of older versions know the job by its number alone.
    record = dossiers.find_job(tx, UUID(str(act.facts["job"]))) if "job" in act.facts else find_job(tx, act.subject)
    return there(dossiers.load_job(tx, record.storefront, record.number) if record else None)


def _blocks(dossier: Dossier) -> list[StatusChange]:
    return [entry for entry in dossier.history if entry.status is JobStatus.BLOCKED]
