"""What operators do: each act is recorded with who and why, in the transaction that carries it out."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from printhub.core.flow import callback, commit, retrigger, settle
from printhub.core.flow.intake import Intake, Submitted
from printhub.core.flow.rules import HUB, Rules
from printhub.core.model.deliveries import Delivery
from printhub.core.model.dossier import Dossier
from printhub.core.model.envelope import Event
from printhub.core.model.errors import ActRefused, NotFound
from printhub.core.model.events.job import JobBlocked, JobReleased
from printhub.core.model.known import JobRecord
from printhub.core.store import acts as rows
from printhub.core.store import deliveries, dossiers
from printhub.core.store.acts import Act
from printhub.core.store.store import Store, Tx

T = TypeVar("T")
_LONGEST_WHY = 2000
"""Characters that an act's reason may have."""


class Acts:
    """The acts of operators. All raise NotFound for what is not there and ActRefused for what cannot be."""

    def __init__(self, store: Store, rules: Rules, intake: Intake) -> None:
        """Act on `store`; what is a fact about a job goes through `intake` like any other fact."""
        self._store = store
        self._rules = rules
        self._intake = intake

    def block(self, job: str, *, by: str, why: str) -> None:
        """Keep a job in the house until it is released."""
        self._state(JobBlocked.type, "block", job, by, why)

    def release(self, job: str, *, by: str, why: str) -> None:
        """Remove all that blocks a job; raises ActRefused when nothing does."""
        self._state(JobReleased.type, "release", job, by, why)

    def retrigger(self, delivery: str, *, by: str, why: str) -> Delivery:
        """Make a delivery go again that failed, waits for an action, or is retrying."""
        return self._on_delivery(
            "retrigger", delivery, by, why, lambda d, item: retrigger.retrigger(d, item, self._rules, by=by, why=why)
        )

    def send_again(self, delivery: str, *, by: str, why: str) -> Delivery:
        """Make a new run of a delivery that is done."""
        return self._on_delivery(
            "send-again", delivery, by, why, lambda d, item: retrigger.send_again(d, item, self._rules, by=by, why=why)
        )

    def cancel(self, delivery: str, *, by: str, why: str) -> Delivery:
        """End a delivery that has not gone."""
        return self._on_delivery(
            "cancel", delivery, by, why, lambda d, item: retrigger.cancel_delivery(d, item, self._rules, by=by, why=why)
        )

    def settle(self, delivery: str, *, done: str | None, by: str, why: str) -> Delivery:
        """Say what became of a delivery: done with the partner's reference, or certainly not done."""

        def act(dossier: Dossier, item: Delivery) -> Delivery:
            settle.settle(dossier, item, self._rules, done=done, by=by, why=why)
            return dossier.deliveries[item.id]

        return self._on_delivery("settle", delivery, by, why, act)

    def reprint(self, job: str, instance: str, *, by: str, why: str) -> list[Delivery]:
        """Send the whole chain of a job to an instance again."""

        def work(tx: Tx) -> list[Delivery]:
            record = self._job(tx, job)
            self._record(tx, "reprint", job, by, why)
            dossier = dossiers.load(tx, [record.id])[record.id]
            runs = retrigger.reprint(dossier, instance, self._rules, by=by, why=why)
            commit.save(tx, self._rules, [dossier])
            return runs

        return self._store.write(work)

    def _state(self, type_: str, act: str, job: str, by: str, why: str) -> None:
        def work(tx: Tx) -> None:
            record = self._job(tx, job)
            if act == "release" and not record.blocked:
                raise ActRefused(f"job {record.number} is not blocked")
            id_ = self._record(tx, act, record.number, by, why)
            event = Event(
                id=str(id_),
                source=HUB,
                specversion="1.0",
                type=type_,
                subject=record.number,
                time=self._rules.now(),
                data={"job": record.number, "why": why},
            )
            receipt = self._intake.take_in(tx, Submitted(event, storefront=record.storefront, by=by))
            if receipt.refused:
                raise ActRefused(f"job {record.number}: {receipt.reason}")

        self._store.write(work)

    def _on_delivery(
        self, act: str, delivery: str, by: str, why: str, work: Callable[[Dossier, Delivery], Delivery]
    ) -> Delivery:
        def write(tx: Tx) -> Delivery:
            known = find_delivery(tx, delivery)
            if known.job_id is None:
                raise ActRefused(f"delivery {known.id} belongs to no job")
            dossier = dossiers.load(tx, [known.job_id])[known.job_id]
            self._record(tx, act, str(known.id), by, why)
            changed = work(dossier, dossier.deliveries[known.id])
            arrived = commit.save(tx, self._rules, [dossier])
            callback.attribute(tx, self._rules, arrived)
            return deliveries.get(tx, changed.id) or changed

        return self._store.write(write)

    def _record(self, tx: Tx, act: str, subject: str, by: str, why: str) -> UUID:
        if not why.strip():
            raise ActRefused("say why: it is kept with the act")
        if len(why) > _LONGEST_WHY:
            raise ActRefused(f"say why in {_LONGEST_WHY} characters at the most; these are {len(why)}")
        id_ = self._rules.new_id()
        rows.record(tx, Act(id_, self._rules.now(), by, act, subject, why))
        return id_

    def _job(self, tx: Tx, reference: str) -> JobRecord:
        return find_job(tx, reference)


def find_job(tx: Tx, reference: str) -> JobRecord:
    """A job by the storefront's id, or `storefront/id` where two storefronts use the same; raises NotFound."""
    storefront, _, number = reference.rpartition("/")
    found = dossiers.find_jobs(tx, reference)
    if not found and storefront:
        found = [job for job in dossiers.find_jobs(tx, number) if job.storefront == storefront]
    if not found:
        raise NotFound(f"there is no job {reference}; `printhub jobs list` shows those that there are")
    if len(found) > 1:
        names = ", ".join(f"{job.storefront}/{job.number}" for job in found)
        raise NotFound(f"{reference} is ambiguous; say one of {names}")
    return found[0]


def find_delivery(tx: Tx, reference: str) -> Delivery:
    """A delivery by its id or the beginning of it; raises NotFound."""
    plain = reference.replace("-", "").lower()
    usable = 6 <= len(plain) <= 32 and all(letter in "0123456789abcdef" for letter in plain)
    found = deliveries.starting_with(tx, plain) if usable else []
    if not found:
        raise NotFound(f"there is no delivery {reference}; `printhub deliveries list` shows those that there are")
    if len(found) > 1:
        raise NotFound(f"several deliveries begin with {reference}; give more of the id")
    return found[0]
