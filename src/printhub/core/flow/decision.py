"""What an attempt's result makes of its delivery: a pure function from delivery, result and policy to a verdict."""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from printhub.core.channels.channel import Turn
from printhub.core.flow.fingerprint import of_failure
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.errors import AdapterError, Misconfigured, OutcomeUnknown, Rejected, Scope, Unavailable
from printhub.core.model.reports import Absent, CannotTell, Finding, Found, Outcome, Report
from printhub.core.model.verbs import Effect
from printhub.core.settings import InstanceSettings


@dataclass(frozen=True, slots=True)
class Crash:
    """The call ended in the hub's or the adapter's own fault; `sent` tells whether it may have had its effect."""

    detail: str
    sent: bool


class Uncomposed(Misconfigured):
    """The hub could not compose what is to be sent, as it is configured: at no instance it could."""

    def __init__(self, detail: str) -> None:
        """Say why."""
        super().__init__(detail, Scope.DELIVERY)


Result = Report | AdapterError | Crash
"""How an attempt ended."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a delivery.

    `turn` is what its kind's outcome table is asked. `retry_at` and `ask_at` are timers to set. `stops` names how far
    a misconfiguration reaches, and `lasting` that it is not tried again by itself; `available` tells whether the
    partner answered at all (None: nothing learnt). `needs_person` says that only a person can settle it from now on.
    """

    delivery: Delivery
    turn: Turn | None = None
    detail: str = ""
    report: Report | None = None
    retry_at: datetime | None = None
    ask_at: datetime | None = None
    stops: Scope | None = None
    lasting: bool = False
    available: bool | None = None
    needs_person: bool = False
    elsewhere: bool = False
    """Whether another instance may do what this one certainly did not."""


_TURNS = {
    Outcome.DONE: (DeliveryState.DONE, Turn.DONE),
    Outcome.ACCEPTED: (DeliveryState.ACCEPTED, Turn.ACCEPTED),
    Outcome.ACTION_REQUIRED: (DeliveryState.WAITING_ACTION, Turn.ACTION_REQUIRED),
    Outcome.PARTIAL: (DeliveryState.FAILED, Turn.FAILED),
    Outcome.SKIPPED: (DeliveryState.SKIPPED, Turn.SKIPPED),
}


def judge(delivery: Delivery, result: Result, settings: InstanceSettings, effect: Effect, now: datetime) -> Verdict:
    """Decide what a call's result makes of its delivery."""
    idle = replace(delivery, worker=None, asking=False, next_at=None, asked=0)
    match result:
        case Report():
            return _reported(idle, result, settings, effect, now)
        case Rejected(bounced=bounced):
            turn = Turn.BOUNCED if bounced else Turn.FAILED
            refused = Verdict(_failed(idle, result.detail), turn, result.detail, available=True)
            return replace(refused, elsewhere=delivery.harmless and not bounced)
        case Unavailable():
            return _unavailable(idle, result, settings, now)
        case Misconfigured(scope=Scope.DELIVERY):
            # It may have been found wanting before anything was sent: that says nothing of the partner.
            elsewhere = delivery.harmless and not isinstance(result, Uncomposed)
            return Verdict(_failed(idle, result.detail), Turn.FAILED, result.detail, elsewhere=elsewhere)
        case Misconfigured():
            waiting = replace(idle, state=DeliveryState.READY, reason=result.detail, announced_at=None)
            stopped = Verdict(waiting, detail=result.detail, stops=result.scope, available=True)
            return replace(stopped, lasting=result.lasting)
        case OutcomeUnknown():
            return replace(_unknown(idle, result.detail, settings, effect, now), available=False)
        case Crash(detail, sent):
            if sent:
                return _unknown(idle, detail, settings, effect, now)
            return Verdict(_failed(idle, detail), Turn.FAILED, detail)
        case _:
            raise TypeError(f"no verdict for {type(result).__name__}")


Finished = Finding | AdapterError | Crash
"""How a lookup ended."""


def judge_finding(
    delivery: Delivery, finding: Finished, settings: InstanceSettings, effect: Effect, now: datetime
) -> Verdict:
    """Decide what a lookup makes of an unknown or accepted delivery."""
    idle = replace(delivery, worker=None, asking=False)
    match finding:
        case Found(report):
            return judge(delivery, report, settings, effect, now)
        case Absent() | CannotTell() if delivery.state is DeliveryState.ACCEPTED:
            later = _ask_again(idle, settings.look_again, now, "the partner has nothing to say yet")
            return replace(later, available=True if isinstance(finding, Absent) else None)
        case Absent():
            again = _again(replace(idle, harmless=True), "it never arrived", settings, now)
            if again is None:
                detail = f"given up after {delivery.attempts} attempts: it never arrived"
                return Verdict(_failed(idle, detail), Turn.FAILED, detail, available=True)
            return replace(again, available=True)
        case CannotTell(why):
            return _cannot_tell(idle, why or "the partner cannot say", settings, effect, now)
        case Unavailable() as error:
            wait = error.retry_after or _step(settings, delivery.asked)
            return replace(_ask_again(idle, wait, now, error.detail), available=False)
        case _:
            later = _ask_again(idle, max(settings.grace, _step(settings, delivery.asked)), now, finding.detail)
            if isinstance(finding, Misconfigured) and finding.scope is not Scope.DELIVERY:
                return replace(later, stops=finding.scope)
            return replace(later, available=False if isinstance(finding, OutcomeUnknown) else None)


def unsettled(delivery: Delivery, settings: InstanceSettings, effect: Effect, now: datetime) -> Verdict:
    """What becomes of an unknown delivery whose grace is over and whose partner cannot be asked."""
    idle = replace(delivery, worker=None, asking=False)
    return _cannot_tell(idle, "the partner cannot be asked", settings, effect, now)


def _reported(delivery: Delivery, report: Report, settings: InstanceSettings, effect: Effect, now: datetime) -> Verdict:
    state, turn = _TURNS[report.outcome]
    told = replace(
        delivery,
        state=state,
        reason=report.detail,
        reference=report.reference or delivery.reference,
        memo=report.memo if report.memo is not None else delivery.memo,
        parts=delivery.parts | report.parts,
        harmless=delivery.harmless and report.outcome in (Outcome.ACTION_REQUIRED, Outcome.SKIPPED),
        fingerprint=of_failure(delivery, report.detail) if state is DeliveryState.FAILED else None,
    )
    ask_at = now + settings.look_again if state is DeliveryState.ACCEPTED and Effect.LOOKUP in effect else None
    told = replace(told, next_at=ask_at)
    return Verdict(told, turn, report.detail, report=report, ask_at=ask_at, available=True)


def _failed(delivery: Delivery, detail: str) -> Delivery:
    return replace(delivery, state=DeliveryState.FAILED, reason=detail, fingerprint=of_failure(delivery, detail))


def _unavailable(delivery: Delivery, error: Unavailable, settings: InstanceSettings, now: datetime) -> Verdict:
    give_up_at = delivery.give_up_at or now + settings.retry.give_up_after
    wait = max(_step(settings, delivery.schedule_step), error.retry_after or timedelta())
    retry_at = now + wait
    if retry_at > give_up_at:
        detail = f"given up after {delivery.attempts} attempts: {error.detail}"
        # It failed of what it was retrying for: the same fingerprint, before and after it is given up.
        given_up = replace(_failed(delivery, detail), fingerprint=of_failure(delivery, error.detail))
        return Verdict(given_up, Turn.FAILED, detail, available=False, elsewhere=delivery.harmless)
    waiting = replace(
        delivery,
        state=DeliveryState.RETRYING,
        reason=error.detail,
        next_at=retry_at,
        give_up_at=give_up_at,
        schedule_step=delivery.schedule_step + 1,
        retry_told=True,
        fingerprint=of_failure(delivery, error.detail),
    )
    turn = None if delivery.retry_told else Turn.RETRYING
    return Verdict(waiting, turn, error.detail, retry_at=retry_at, available=False)


def _unknown(delivery: Delivery, detail: str, settings: InstanceSettings, effect: Effect, now: datetime) -> Verdict:
    doubtful = replace(delivery, state=DeliveryState.UNKNOWN, reason=detail, harmless=False)
    if effect is Effect.BLIND:
        return _for_a_person(doubtful, detail)
    ask_at = now + settings.grace
    return Verdict(replace(doubtful, next_at=ask_at), detail=detail, ask_at=ask_at)


def _cannot_tell(delivery: Delivery, why: str, settings: InstanceSettings, effect: Effect, now: datetime) -> Verdict:
    since = delivery.first_attempt_at or now
    if Effect.KEYED in effect and now < since + settings.key_life:
        again = _again(delivery, why, settings, now)
        # What would go only after the key is forgotten, or after all patience, does not go by itself any more.
        if again is not None and (again.retry_at is None or again.retry_at < since + settings.key_life):
            return again
    return _for_a_person(delivery, why)


def _again(delivery: Delivery, why: str, settings: InstanceSettings, now: datetime) -> Verdict | None:
    """Send it again under the same key: at once the first time, then by the retry schedule, None after its end."""
    give_up_at = delivery.give_up_at or now + settings.retry.give_up_after
    step = delivery.schedule_step
    wait = _step(settings, step - 1) if step else timedelta()
    if now + wait > give_up_at:
        return None
    again = replace(
        delivery,
        state=DeliveryState.RETRYING if wait else DeliveryState.READY,
        reason=f"{why}; it goes again under the same key",
        next_at=now + wait if wait else None,
        announced_at=None,
        give_up_at=give_up_at,
        schedule_step=step + 1,
    )
    return Verdict(again, detail=why, retry_at=again.next_at)


def _for_a_person(delivery: Delivery, why: str) -> Verdict:
    settled = replace(delivery, reason=f"{why}; a person has to settle it", next_at=None)
    return Verdict(settled, detail=why, needs_person=True)


def _ask_again(delivery: Delivery, wait: timedelta, now: datetime, why: str) -> Verdict:
    later = replace(delivery, asked=delivery.asked + 1, next_at=now + wait, reason=why)
    return Verdict(later, detail=why, ask_at=now + wait)


def _step(settings: InstanceSettings, step: int) -> timedelta:
    schedule, jitter = settings.retry.schedule, settings.retry.jitter
    wait = schedule[min(step, len(schedule) - 1)]
    return wait * (1 + random.uniform(-jitter, jitter))  # noqa: S311 - it only spreads load
