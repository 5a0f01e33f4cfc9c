"""What stops an instance: a misconfiguration, a breaker that opens, an operator's pause, and how they are lifted."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from printhub.core.flow import notices
from printhub.core.flow.decision import Verdict
from printhub.core.flow.rules import Instance, Rules
from printhub.core.model.dossier import TimerKind
from printhub.core.model.errors import Scope
from printhub.core.store import deliveries as rows
from printhub.core.store import instances, timers
from printhub.core.store.instances import Cause, Stop
from printhub.core.store.serial import one_at_a_time
from printhub.core.store.store import Tx


def decide_alone(tx: Tx, instance: str) -> None:
    """Let nobody else decide about an instance, or claim its work, until this transaction has ended."""
    one_at_a_time(tx, [name_of(instance)])


def name_of(instance: str) -> str:
    """Under what decisions about an instance are taken one after the other."""
    return f"instance/{instance}"


def left_of(tx: Tx, instance: str, known: Iterable[Stop]) -> list[Stop]:
    """Decide alone about an instance: what is left of the stops that were known, as they are on record now."""
    decide_alone(tx, instance)
    places = {(stop.storefront, stop.cause) for stop in known}
    return [stop for stop in instances.stops(tx, instance) if (stop.storefront, stop.cause) in places]


def standing(found: Iterable[Stop], now: datetime) -> list[Stop]:
    """Those that stop calls now; a stop whose time is up lets one call through to try."""
    return [stop for stop in found if stop.stands and (stop.until is None or stop.until > now)]


def on_trial(found: Iterable[Stop], now: datetime) -> list[Stop]:
    """Those whose time is up: the next call shows whether they can be lifted."""
    return [stop for stop in found if stop.stands and stop.until is not None and stop.until <= now]


def learn(tx: Tx, rules: Rules, instance: Instance, storefront: str, verdict: Verdict) -> None:
    """Take from a verdict what it says of the whole instance."""
    if verdict.stops is not None or verdict.available is False:
        decide_alone(tx, instance.name)
    if verdict.stops is not None:
        where = storefront if verdict.stops is Scope.STOREFRONT else ""
        misconfigured(tx, rules, instance, where, verdict.detail, lasting=verdict.lasting)
    elif verdict.available is True:
        _answered(tx, rules, instance, storefront)
    elif verdict.available is False:
        _silent(tx, rules, instance, verdict.detail)


def misconfigured(
    tx: Tx, rules: Rules, instance: Instance, storefront: str, detail: str, *, lasting: bool = False
) -> None:
    """Pause an instance, or one storefront at it, until a probe succeeds; staff get one notice, not one a job.

    A lasting one is not probed: it is paused until an operator has it tried.
    """
    now = rules.now()
    known = _find(tx, instance, Cause.MISCONFIGURED, storefront)
    until = None if lasting else now + instance.settings.probe_every
    begun = known or Stop(instance.name, storefront, Cause.MISCONFIGURED, now, until, detail)
    _put(tx, replace(begun, until=until, detail=detail))
    if known is None:
        where = f"{instance.name} (storefront {storefront})" if storefront else instance.name
        then = (
            f"mend the configuration, then `printhub resume {instance.name}`" if lasting else "mend the configuration"
        )
        text = f"{where} is misconfigured and paused; its work waits: {then}. It says: {detail}"
        notices.state(tx, rules, "instance_misconfigured", text, instance=instance.name)


def pause(tx: Tx, rules: Rules, instance: str, storefront: str, detail: str) -> Stop:
    """Stop an instance, or one storefront at it, until an operator resumes it."""
    stop = Stop(instance, storefront, Cause.PAUSED, rules.now(), None, detail)
    instances.put(tx, stop)
    return stop


def try_now(tx: Tx, rules: Rules, stop: Stop) -> None:
    """Let one call through at once, to see whether a stop can be lifted."""
    instances.put(tx, replace(stop, until=rules.now()))


def wake(tx: Tx, rules: Rules, instance: str, storefront: str) -> None:
    """Have the workers of an instance look for work now, also those of another process."""
    timers.put(tx, {(TimerKind.RESUME, f"{instance}/{storefront}"): rules.now()})


def lift(tx: Tx, rules: Rules, stop: Stop) -> None:
    """Let an instance go again, and give its deliveries back the time that it was stopped.

    What another has lifted meanwhile is left as it is.
    """
    if instances.lift(tx, stop) and stop.stands:
        _give_back(tx, stop, rules.now())


def follow_settings(tx: Tx, rules: Rules) -> None:
    """Stop what the configuration turned off since, and let go what it turned on again."""
    off = {stop.name: stop for stop in instances.stops(tx) if stop.cause is Cause.OFF}
    for name, instance in rules.instances.items():
        if instance.settings.enabled and name in off:
            lift(tx, rules, off[name])
        elif not instance.settings.enabled and name not in off:
            instances.put(tx, Stop(name, "", Cause.OFF, rules.now(), None, "turned off by enabled = false"))


def begin_trial(tx: Tx, rules: Rules, instance: Instance, trials: list[Stop]) -> None:
    """Let one call through to see whether the stops can be lifted; no other goes until it has ended or timed out.

    The time that they stood is given back to the deliveries that were waiting to be retried.
    """
    now = rules.now()
    for stop in trials:
        _give_back(tx, stop, now)
        over = now + instance.settings.timeout + instance.settings.breaker_pause
        _put(tx, replace(stop, counted_from=now, until=over))


def _answered(tx: Tx, rules: Rules, instance: Instance, storefront: str) -> None:
    if _refuted(tx, instance, storefront):
        decide_alone(tx, instance.name)
        for stop in _refuted(tx, instance, storefront):
            lift(tx, rules, stop)


def _refuted(tx: Tx, instance: Instance, storefront: str) -> list[Stop]:
    found = (stop for stop in instances.stops(tx, instance.name) if stop.storefront in ("", storefront))
    return [stop for stop in found if stop.cause in (Cause.BREAKER, Cause.MISCONFIGURED)]


def _silent(tx: Tx, rules: Rules, instance: Instance, detail: str) -> None:
    now = rules.now()
    known = _find(tx, instance, Cause.BREAKER, "") or Stop(instance.name, "", Cause.BREAKER, now, None, detail)
    failures = known.failures + 1
    if failures < instance.settings.breaker_after:
        instances.put(tx, replace(known, failures=failures, detail=detail))
        return
    opened = replace(
        known,
        failures=failures,
        detail=detail,
        since=known.since if known.until else now,
        until=now + instance.settings.breaker_pause,
    )
    _put(tx, opened)
    if known.until is None:
        text = f"{instance.name} did not answer {failures} times in a row; its work waits. Last: {detail}"
        notices.state(tx, rules, "instance_unavailable", text, instance=instance.name)


def _put(tx: Tx, stop: Stop) -> None:
    instances.put(tx, stop)
    timers.put(tx, {(TimerKind.RESUME, f"{stop.name}/{stop.storefront}"): stop.until})


def _find(tx: Tx, instance: Instance, cause: Cause, storefront: str) -> Stop | None:
    found = (s for s in instances.stops(tx, instance.name) if s.cause is cause and s.storefront == storefront)
    return next(found, None)


def _give_back(tx: Tx, stop: Stop, now: datetime) -> None:
    # Only the time that it stood: waiting for somebody to try again is not an outage.
    stopped = min(now, stop.until or now) - (stop.counted_from or stop.since)
    rows.postpone(tx, stop.name, stop.storefront, round(stopped.total_seconds() * 1_000_000))
