"""Station: watches for the partner's next sign about a job, and notices when it does not come.

After a call that the partner accepted, its word on what became of it is due; after one that is done, any sign of life
is, where the instance says so with `expect`. A sign is whatever the partner says about the job at that instance.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from printhub.core.flow import history
from printhub.core.flow.rules import Rules
from printhub.core.model.deliveries import Delivery, DeliveryState, newest_runs
from printhub.core.model.dossier import Dossier, TimerKind
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Effect
from printhub.core.store import instances
from printhub.core.store.store import Tx

SETTLED_WITHIN = timedelta(days=1)
"""How soon the partner's word on an accepted call is due where `expect` does not name its verb."""
ASKED_WITHIN = timedelta(minutes=15)
"""How long a lookup may take before the clock is looked at again."""
STOPPED = timedelta(hours=1)
"""How often the clock of a stopped instance is looked at; what is due meanwhile is postponed when it goes on."""
OVERDUE = "overdue"
"""The matter of the notice that staff get."""
_OVER = (JobStatus.SHIPPED, JobStatus.CLEAN_UP, JobStatus.JOB_DATA_DELETED)
"""The statuses after which nobody waits for a word on what is done."""


def follow(dossier: Dossier, rules: Rules) -> None:
    """Set the clocks as the deliveries stand now: started, stopped, or run out.

    Called when a transaction is about to be saved, so that it does not matter what changed them.
    """
    now = rules.now()
    for delivery in list(dossier.delivery_changes()):
        before = dossier.loaded_deliveries.get(delivery.id)
        if before is None or before.state is not delivery.state:
            _start(dossier, dossier.put(replace(delivery, since=now)), rules)
        elif delivery.state is DeliveryState.ACCEPTED and delivery.sign_due_at is None:
            _start(dossier, delivery, rules)  # it was accepted before there were clocks
        elif before.asking and not delivery.asking and _has_run_out(delivery, now):
            _overdue(dossier, delivery, now)  # it was looked up, and that brought nothing
    for delivery in _watched(dossier):
        if _within(dossier, delivery, rules) is None:
            _stop(dossier, delivery)


def heard(dossier: Dossier, instance: str, rules: Rules) -> None:
    """The partner said something about the job: what is done needs no more; what is accepted is waited for anew."""
    for delivery in _watched(dossier):
        if delivery.instance != instance:
            continue
        if delivery.state is DeliveryState.ACCEPTED:
            _start(dossier, delivery, rules)
        else:
            _stop(dossier, delivery)


def passed(tx: Tx, id_: UUID, dossier: Dossier, rules: Rules) -> None:
    """The time of a delivery's next sign has passed: ask the partner where it can be asked, else it is overdue.

    Time in which the instance was stopped does not count. What is done is not looked up: that it arrived is known.
    """
    delivery, now = dossier.deliveries[id_], rules.now()
    if delivery.sign_due_at is None or delivery.overdue_since is not None:
        return
    instance = rules.instances.get(delivery.instance)
    stopped = any(
        stop.stands and stop.storefront in ("", delivery.storefront) for stop in instances.stops(tx, delivery.instance)
    )
    if instance is None:  # its plugin is set aside: nobody can hear the partner
        _set(dossier, delivery, now + STOPPED)
    elif stopped or delivery.asking:
        dossier.timers[_timer(delivery)] = now + (STOPPED if stopped else ASKED_WITHIN)
    elif delivery.sign_due_at > now:  # it was postponed
        dossier.timers[_timer(delivery)] = delivery.sign_due_at
    elif delivery.state is DeliveryState.ACCEPTED and Effect.LOOKUP in instance.effect(delivery.verb):
        dossier.put(replace(delivery, asking=True, announced_at=None))
        dossier.timers[_timer(delivery)] = now + ASKED_WITHIN
    else:
        _overdue(dossier, delivery, now)


def _within(dossier: Dossier, delivery: Delivery, rules: Rules) -> timedelta | None:
    """How soon the next sign is due; None when none is expected."""
    instance = rules.instances.get(delivery.instance)
    if instance is None:
        return SETTLED_WITHIN  # whatever was expected still is
    expected = instance.settings.expect.get(delivery.verb)
    match delivery.state:
        case DeliveryState.ACCEPTED:
            return expected or SETTLED_WITHIN
        case DeliveryState.DONE if not dossier.job.cancelled and dossier.job.status not in _OVER:
            newest = newest_runs(d for d in dossier.deliveries.values() if d.subject == delivery.subject)
            latest = newest[delivery.instance, delivery.verb, delivery.subject]
            return expected if latest.run == delivery.run else None
        case _:
            return None


def _watched(dossier: Dossier) -> Iterable[Delivery]:
    return [d for d in dossier.deliveries.values() if d.sign_due_at is not None or d.overdue_since is not None]


def _start(dossier: Dossier, delivery: Delivery, rules: Rules) -> None:
    within = _within(dossier, delivery, rules)
    if within is not None and delivery.instance in rules.instances:
        _set(dossier, delivery, rules.now() + within)


def _set(dossier: Dossier, delivery: Delivery, due: datetime) -> None:
    dossier.put(replace(delivery, sign_due_at=due, overdue_since=None))
    dossier.timers[_timer(delivery)] = due


def _stop(dossier: Dossier, delivery: Delivery) -> None:
    dossier.put(replace(delivery, sign_due_at=None, overdue_since=None))
    dossier.timers[_timer(delivery)] = None


def _has_run_out(delivery: Delivery, now: datetime) -> bool:
    return delivery.sign_due_at is not None and delivery.sign_due_at <= now and delivery.overdue_since is None


def _overdue(dossier: Dossier, delivery: Delivery, now: datetime) -> None:
    dossier.put(replace(delivery, overdue_since=now))
    dossier.timers[_timer(delivery)] = None
    text = (
        f"{delivery.instance} took {delivery.verb} of {dossier.job.number} and has said nothing of it since; "
        f"see `printhub jobs explain {dossier.job.number}`, and ask {delivery.instance}"
    )
    history.notify_staff(dossier, OVERDUE, text, instance=delivery.instance)


def _timer(delivery: Delivery) -> tuple[TimerKind, str]:
    return TimerKind.SIGN, str(delivery.id)
