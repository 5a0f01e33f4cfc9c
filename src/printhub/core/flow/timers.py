"""Station: does what was to be done later, once its time has come."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from printhub.core.channels.channel import Told
from printhub.core.flow import (
    bounces,
    cancel,
    commit,
    history,
    holds,
    messages,
    missed,
    outcome,
    planning,
    signs,
    waiting,
)
from printhub.core.flow.decision import unsettled
from printhub.core.flow.history import Origin
from printhub.core.flow.rules import Rules
from printhub.core.model.deliveries import Delivery, DeliveryState, ObstacleKind
from printhub.core.model.dossier import Dossier, TimerKind
from printhub.core.model.errors import StoreUnavailable
from printhub.core.model.failpoints import Failpoint
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Effect
from printhub.core.store import deliveries as rows
from printhub.core.store import timers
from printhub.core.store.store import Store, Tx

log = logging.getLogger(__name__)

BATCH = 100
PUT_OFF = timedelta(hours=1)
"""How long a timer rests whose firing met with a fault of the hub's own."""
_KINDS = (
    TimerKind.RETRY,
    TimerKind.ASK,
    TimerKind.RECHECK,
    TimerKind.PLAN,
    TimerKind.RESUME,
    TimerKind.SIGN,
    TimerKind.EARLY,
    TimerKind.REMIND,
    TimerKind.WANTED,
    TimerKind.BOUNCE,
)
_OF_MESSAGES = (TimerKind.BOUNCE, TimerKind.ASK)
"""Those that may write what became of a message."""


class Timers:
    """Fires the timers that are due."""

    def __init__(self, store: Store, rules: Rules) -> None:
        """Read and change `store`."""
        self._store = store
        self._rules = rules

    def step(self) -> int:
        """Fire what is due now; returns how many timers fired."""
        due = self._store.read(lambda tx: timers.due(tx, self._rules.now(), _KINDS, BATCH))
        if not due:
            return 0
        # What may be about a whole order is not done together with others: its jobs are taken up by themselves.
        alone = [timer for timer in due if timer[0] is TimerKind.WANTED]
        together = [timer for timer in due if timer[0] is not TimerKind.WANTED]
        for timer in alone:
            self._fire_alone(timer, lambda tx, one: missed.plan(tx, self._rules, UUID(one[1])))
        if together:
            self._fire_all(together)
        self._rules.reached(Failpoint.TIMERS_COMMITTED)
        return len(due)

    def wait(self, longest: timedelta) -> timedelta:
        """How long until the next timer is due, `longest` at the most."""
        due = self._store.read(lambda tx: timers.next_due(tx, _KINDS))
        if due is None:
            return longest
        return max(min(due - self._rules.now(), longest), timedelta())

    def _fire_all(self, due: list[tuple[TimerKind, str]]) -> None:
        try:
            self._store.write(lambda tx: self._fire(tx, due))
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("of %d timers one failed; they are fired one by one", len(due))
            for timer in due:
                self._fire_alone(timer, lambda tx, one: self._fire(tx, [one]))

    def _fire_alone(self, timer: tuple[TimerKind, str], fire: Callable[[Tx, tuple[TimerKind, str]], None]) -> None:
        try:
            self._store.write(lambda tx: fire(tx, timer))
        except StoreUnavailable:
            raise
        except Exception:
            log.exception(
                "the %s timer of %s failed and is put off", *timer, extra={"timer": str(timer[0]), "subject": timer[1]}
            )
            self._store.write(lambda tx: timers.put(tx, {timer: self._rules.now() + PUT_OFF}))

    def _fire(self, tx: Tx, due: list[tuple[TimerKind, str]]) -> None:
        jobs = _jobs(tx, due)
        # All jobs before any timer, as everybody does who sets a timer of a job that he has.
        held = messages.loaded(tx, _messages(tx, due), besides=jobs.values())
        acted: dict[UUID, Dossier] = {}
        for timer in timers.done(tx, due, self._rules.now()):
            kind, subject = timer
            dossier = held.get(jobs[timer]) if timer in jobs else None
            if kind is TimerKind.EARLY:
                waiting.tell(tx, self._rules, UUID(subject))
            elif dossier is not None:
                _act(tx, self._rules, dossier, kind, UUID(subject))
                acted[dossier.job.id] = dossier
        commit.save(tx, self._rules, acted.values())
        self._rules.reached(Failpoint.TIMERS_BEFORE_COMMIT)


def _messages(tx: Tx, due: Sequence[tuple[TimerKind, str]]) -> Iterable[Delivery]:
    """The messages that timers are about."""
    ids = [UUID(subject) for kind, subject in due if kind in _OF_MESSAGES]
    return rows.some(tx, ids).values() if ids else ()


def _jobs(tx: Tx, due: Sequence[tuple[TimerKind, str]]) -> dict[tuple[TimerKind, str], UUID]:
    """The job that each timer is about; RESUME has none: its firing wakes the dispatchers, which is all it is for."""
    of_delivery = [(timer, UUID(timer[1])) for timer in due if timer[0] in _ACTS]
    known = rows.jobs_of(tx, [id_ for _, id_ in of_delivery])
    of_job = {timer: UUID(timer[1]) for timer in due if timer[0] in _JOB_ACTS}
    return of_job | {timer: known[id_] for timer, id_ in of_delivery if id_ in known}


def _act(tx: Tx, rules: Rules, dossier: Dossier, kind: TimerKind, id_: UUID) -> None:
    if kind in _JOB_ACTS:
        _JOB_ACTS[kind](dossier, rules)
    else:
        _ACTS[kind](tx, id_, dossier, rules)


def _release(dossier: Dossier, rules: Rules) -> None:
    order = dossier.order
    scheduled = order is not None and order.release_at is not None and order.release_at <= rules.now()
    if scheduled and not dossier.job.cancelled:
        told = Told(JobStatus.ACTION_RUN, detail="the order's date has come: released")
        history.append(dossier, rules, told, Origin(by="hub"))
    holds.recheck(dossier, rules)


def _plan(dossier: Dossier, rules: Rules) -> None:
    planning.plan_again(dossier, rules)
    cancel.recheck(dossier, rules)
    holds.recheck(dossier, rules)


def _retry(_tx: Tx, id_: UUID, dossier: Dossier, rules: Rules) -> None:
    delivery = dossier.deliveries[id_]
    if delivery.state is DeliveryState.RETRYING or _waited(delivery):
        due = replace(delivery, state=DeliveryState.READY, obstacles=(), next_at=None, announced_at=None)
        dossier.put(holds.look_at(dossier, due, rules))


def _waited(delivery: Delivery) -> bool:
    """Whether it was held until its time alone."""
    return bool(delivery.obstacles) and {one.kind for one in delivery.obstacles} == {ObstacleKind.NOT_BEFORE}


def _ask(_tx: Tx, id_: UUID, dossier: Dossier, rules: Rules) -> None:
    delivery = dossier.deliveries[id_]
    instance = rules.instances.get(delivery.instance)
    if delivery.state not in (DeliveryState.UNKNOWN, DeliveryState.ACCEPTED):
        return
    if instance is None or holds.of_other_mode(dossier, delivery, rules):
        # Its plugin is set aside, or it was turned to the other mode: there is nobody to ask until it is back.
        later = rules.now() + planning.PLAN_AGAIN
        dossier.put(replace(delivery, next_at=later))
        dossier.timers[(TimerKind.ASK, str(id_))] = later
        return
    effect = rules.effect(delivery)
    if Effect.LOOKUP in effect:
        dossier.put(replace(delivery, asking=True, announced_at=None))
    elif delivery.state is DeliveryState.UNKNOWN:
        outcome.settle(dossier, unsettled(delivery, instance.settings, effect, rules.now()), rules)


_JOB_ACTS: Mapping[TimerKind, Callable[[Dossier, Rules], None]] = {
    TimerKind.RECHECK: _release,
    TimerKind.PLAN: _plan,
    TimerKind.REMIND: messages.remind,
}
_ACTS: Mapping[TimerKind, Callable[[Tx, UUID, Dossier, Rules], None]] = {
    TimerKind.RETRY: _retry,
    TimerKind.ASK: _ask,
    TimerKind.SIGN: signs.passed,
    TimerKind.BOUNCE: bounces.follow,
}
