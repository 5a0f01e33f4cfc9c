"""Acts on one delivery, or on those of one job: retrigger, send again, cancel, skip, settle."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from pydantic import JsonValue

from printhub.core.flow import messages, retrigger, settle, skip
from printhub.core.flow.acts.desk import Desk, find_delivery, find_job, load_job, require_filled, there
from printhub.core.flow.rules import Rules
from printhub.core.model.deliveries import Delivery, DeliveryState, newest_runs
from printhub.core.model.dossier import Dossier
from printhub.core.model.errors import ActRefused
from printhub.core.notifications.subject import called
from printhub.core.store import deliveries
from printhub.core.store.acts import Act
from printhub.core.store.store import Tx

Work = Callable[[Dossier, Delivery], Delivery]
Remembers = Callable[[Dossier, Delivery], dict[str, JsonValue]]


@dataclass(frozen=True, slots=True)
class Sorted:
    """The deliveries of a job that can be retriggered, and why each of the others cannot."""

    job: str
    eligible: tuple[Delivery, ...]
    others: tuple[tuple[Delivery, str], ...]


class DeliveryActs:
    """All raise NotFound for a delivery that is not there, and ActRefused for what cannot be."""

    def __init__(self, desk: Desk) -> None:
        """Act through `desk`."""
        self._desk = desk

    def retrigger(self, delivery: str, *, by: str, why: str) -> Delivery:
        """Make a delivery go again that failed, waits for an action, or is retrying."""
        rules = self._desk.rules
        return self._act(
            "retrigger", delivery, by, why, lambda d, item: retrigger.retrigger(d, item, rules, by=by, why=why)
        )

    def retriggerable(self, job: str) -> Sorted:
        """What `retrigger_job` would do now."""

        def read(tx: Tx) -> Sorted:
            record = find_job(tx, job)
            return _sorted(load_job(tx, record.id), self._desk.rules)

        return self._desk.store.read(read)

    def retrigger_job(self, job: str, *, by: str, why: str) -> Sorted:
        """Make all deliveries of a job go again that can; the eligible ones come back as they are then."""

        def work(tx: Tx, dossier: Dossier) -> Sorted:
            found = _sorted(dossier, self._desk.rules)
            if not found.eligible:
                raise ActRefused(f"no delivery of job {found.job} can be retriggered{_told(found)}")
            self._desk.record_on(tx, "retrigger", dossier.job, by=by, why=why)
            for delivery in found.eligible:
                retrigger.retrigger(dossier, dossier.deliveries[delivery.id], self._desk.rules, by=by, why=why)
            again = tuple(dossier.deliveries[delivery.id] for delivery in found.eligible)
            return Sorted(found.job, again, found.others)

        return self._desk.on_job(job, work)

    def send_again(self, delivery: str, *, by: str, why: str) -> Delivery:
        """Make a new run of a delivery that is done."""
        rules = self._desk.rules
        return self._act(
            "send-again", delivery, by, why, lambda d, item: retrigger.send_again(d, item, rules, by=by, why=why)
        )

    def cancel(self, delivery: str, *, by: str, why: str) -> Delivery:
        """End a delivery that has not gone."""
        rules = self._desk.rules
        return self._act(
            "cancel",
            delivery,
            by,
            why,
            lambda d, item: retrigger.cancel_delivery(d, item, rules, by=by, why=why),
            skip.remembered,
        )

    def skip(self, delivery: str, *, by: str, why: str) -> Delivery:
        """Say that a delivery has nothing to do, so that what comes after it goes."""
        rules = self._desk.rules
        return self._act(
            "skip", delivery, by, why, lambda d, item: skip.skip(d, item, rules, by=by, why=why), skip.remembered
        )

    def settle(self, delivery: str, *, done: str | None, by: str, why: str) -> Delivery:
        """Say what became of a delivery: done with the partner's reference, or certainly not done."""
        require_filled(done or "", "the reference under which the partner knows it")

        def act(dossier: Dossier, item: Delivery) -> Delivery:
            settle.settle(dossier, item, self._desk.rules, done=done, by=by, why=why)
            return dossier.deliveries[item.id]

        return self._act("settle", delivery, by, why, act)

    def reopen(self, tx: Tx, act: Act, undo: UUID, by: str, why: str) -> str:  # noqa: ARG002 - all undoing looks alike
        """Take a cancel or a skip back."""
        known = find_delivery(tx, act.subject)
        dossier = _dossier(tx, known)
        reopened = skip.reopen(dossier, act.facts, self._desk.rules, ended_at=act.at, by=by, why=why)
        self._desk.save(tx, dossier)
        return "; ".join(f"{place_of(dossier, d)} is {d.state} again" for d in reopened)

    def _act(
        self,
        act: str,
        delivery: str,
        by: str,
        why: str,
        work: Work,
        remembers: Remembers = lambda _dossier, _item: {},
    ) -> Delivery:
        def write(tx: Tx) -> Delivery:
            known = find_delivery(tx, delivery)
            dossier = _dossier(tx, known)
            item = dossier.deliveries[known.id]
            changed = work(dossier, item)
            facts = {"about": place_of(dossier, item), **remembers(dossier, item)}
            self._desk.record(tx, act, str(known.id), by=by, why=why, facts=facts)
            self._desk.save(tx, dossier)
            return deliveries.get(tx, changed.id) or changed

        return self._desk.store.write(write)


def place_of(dossier: Dossier, delivery: Delivery) -> str:
    """What a delivery is, in words: `notify of J-1 at press`."""
    return f"{called(delivery)} of {dossier.job.number} at {delivery.instance}"


def _dossier(tx: Tx, delivery: Delivery) -> Dossier:
    if delivery.job_id is None:
        raise ActRefused(f"delivery {delivery.id} belongs to no job")
    return there(messages.loaded(tx, [delivery]).get(delivery.job_id))


def _sorted(dossier: Dossier, rules: Rules) -> Sorted:
    eligible: list[Delivery] = []
    others: list[tuple[Delivery, str]] = []
    for delivery in newest_runs(dossier.deliveries.values()).values():
        why_not = retrigger.why_not_in_bulk(delivery, rules, cancelled=dossier.job.cancelled, replaced=False)
        if why_not:
            others.append((delivery, why_not))
        else:
            eligible.append(delivery)
    return Sorted(dossier.job.number, tuple(eligible), tuple(others))


def _told(found: Sorted) -> str:
    open_ = [f"{called(d)} at {d.instance} is {why}" for d, why in found.others if d.state is not DeliveryState.DONE]
    return f": {'; '.join(open_) or 'all is done; send it again, or reprint the job'}"
