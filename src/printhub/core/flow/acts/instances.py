"""Acts on an instance, or on one storefront at it: pause and resume."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import JsonValue

from printhub.core.flow import stops
from printhub.core.flow.acts.desk import Desk, require_reason
from printhub.core.model.errors import ActRefused, NotFound, not_configured
from printhub.core.store import instances
from printhub.core.store.acts import Act
from printhub.core.store.instances import Cause, Stop
from printhub.core.store.store import Tx


@dataclass(frozen=True, slots=True)
class Resumed:
    """What a resume did: what it lifted, what it has tried at once, and what stops the instance still."""

    lifted: tuple[Stop, ...] = ()
    tried: tuple[Stop, ...] = ()
    left: tuple[Stop, ...] = ()


class InstanceActs:
    """All raise NotFound for an instance or a storefront that is not configured, and ActRefused for what cannot be."""

    def __init__(self, desk: Desk) -> None:
        """Act through `desk`."""
        self._desk = desk

    def pause(self, instance: str, storefront: str = "", *, by: str, why: str) -> Stop:
        """Make no calls to an instance until it is resumed, or none for one storefront; the work waits."""
        self._require_known(instance, storefront)
        require_reason(why)

        def work(tx: Tx) -> Stop:
            known = _paused(tx, instance, storefront)
            if known is not None:
                raise ActRefused(f"{_place(instance, storefront)} is {known.detail}, since {_moment(known.since)}")
            stop = stops.pause(tx, self._desk.rules, instance, storefront, f"paused by {by}: {why}")
            facts: dict[str, JsonValue] = {
                "about": _place(instance, storefront),
                "storefront": storefront,
                "since": stop.since.isoformat(),
            }
            self._desk.record(tx, "pause", instance, by=by, why=why, facts=facts)
            return stop

        return self._desk.store.write(work)

    def resume(self, instance: str, storefront: str = "", *, by: str, why: str) -> Resumed:
        """Lift a pause; where there is none, have a misconfigured or resting instance tried at once."""
        self._require_known(instance, storefront)

        def work(tx: Tx) -> Resumed:
            stops.decide_alone(tx, instance)
            standing = [stop for stop in instances.stops(tx, instance) if stop.stands]
            here = [stop for stop in standing if stop.storefront == storefront]
            lifted = [stop for stop in here if stop.cause is Cause.PAUSED]
            tried = [] if lifted else [stop for stop in here if stop.cause in (Cause.BREAKER, Cause.MISCONFIGURED)]
            if not lifted and not tried:
                raise ActRefused(_nothing_to_resume(instance, storefront, standing))
            facts: dict[str, JsonValue] = {
                "about": _place(instance, storefront),
                "storefront": storefront,
                "detail": lifted[0].detail if lifted else None,
            }
            self._desk.record(tx, "resume", instance, by=by, why=why, facts=facts)
            for stop in lifted:
                stops.lift(tx, self._desk.rules, stop)
            for stop in tried:
                stops.try_now(tx, self._desk.rules, stop)
            stops.wake(tx, self._desk.rules, instance, storefront)
            left = [stop for stop in standing if stop not in (*lifted, *tried) and stop.storefront in ("", storefront)]
            return Resumed(tuple(lifted), tuple(tried), tuple(left))

        return self._desk.store.write(work)

    def unpause(self, tx: Tx, act: Act, undo: UUID, by: str, why: str) -> str:  # noqa: ARG002 - all undoing looks alike
        """Take a pause back."""
        storefront = str(act.facts["storefront"])
        known = _paused(tx, act.subject, storefront)
        if known is None or known.since.isoformat() != act.facts["since"]:
            raise ActRefused(f"{_place(act.subject, storefront)} was resumed since")
        stops.lift(tx, self._desk.rules, known)
        stops.wake(tx, self._desk.rules, act.subject, storefront)
        return f"{_place(act.subject, storefront)} goes on"

    def pause_again(self, tx: Tx, act: Act, undo: UUID, by: str, why: str) -> str:  # noqa: ARG002 - all undoing looks alike
        """Take a resume back, where it lifted a pause."""
        storefront, detail = str(act.facts["storefront"]), act.facts["detail"]
        if detail is None:
            raise ActRefused(f"it paused nothing before: {act.subject} was tried at once; pause it instead")
        if _paused(tx, act.subject, storefront) is not None:
            raise ActRefused(f"{_place(act.subject, storefront)} is paused again already")
        stops.pause(tx, self._desk.rules, act.subject, storefront, str(detail))
        return f"{_place(act.subject, storefront)} is {detail}"

    def _require_known(self, instance: str, storefront: str) -> None:
        settings = self._desk.rules.settings
        if instance not in settings.instances:
            raise NotFound(not_configured("instance", instance, settings.instances))
        if storefront and storefront not in settings.storefronts:
            raise NotFound(not_configured("storefront", storefront, settings.storefronts))


def _paused(tx: Tx, instance: str, storefront: str) -> Stop | None:
    found = instances.stops(tx, instance)
    return next((stop for stop in found if stop.cause is Cause.PAUSED and stop.storefront == storefront), None)


def _nothing_to_resume(instance: str, storefront: str, standing: list[Stop]) -> str:
    if any(stop.cause is Cause.OFF for stop in standing):
        return f"{instance} is turned off: write enabled = true under [instances.{instance}] and restart the hub"
    elsewhere = [stop for stop in standing if stop.storefront != storefront]
    places = "; ".join(
        f"storefront {stop.storefront} is: use --storefront {stop.storefront}"
        if stop.storefront
        else "the whole instance is: leave --storefront out"
        for stop in elsewhere
    )
    return f"nothing stops {_place(instance, storefront)}{f', but {places}' if places else ''}"


def _place(instance: str, storefront: str) -> str:
    return f"{instance} (storefront {storefront})" if storefront else instance


def _moment(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}Z"
