"""How an instance stands: whether it works, what stops it, and its open work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from printhub.core.flow.rules import Rules
from printhub.core.flow.stops import standing
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import NotFound, not_configured
from printhub.core.model.verbs import Mode
from printhub.core.store import deliveries
from printhub.core.store import instances as rows
from printhub.core.store.instances import Cause, Stop
from printhub.core.store.store import Tx

STATES = {
    Cause.OFF: "off",
    Cause.PAUSED: "paused",
    Cause.MISCONFIGURED: "misconfigured",
    Cause.SET_ASIDE: "set aside",
    Cause.BREAKER: "resting",
}
"""What an instance is called that is stopped so."""
_WAITING = [state for state in DeliveryState if not state.is_end]


@dataclass(frozen=True, slots=True)
class InstanceReport:
    """An instance as it stands; `waiting` counts deliveries that have not ended."""

    name: str
    adapter: str
    mode: Mode
    state: str
    stops: Sequence[Stop]
    waiting: int
    failed: int


def report_on_instance(tx: Tx, rules: Rules, name: str) -> InstanceReport:
    """Read how an instance stands; raises NotFound where the configuration has none of this name."""
    section, now = rules.settings.instances.get(name), rules.now()
    if section is None:
        raise NotFound(not_configured("instance", name, rules.settings.instances))
    known = [stop for stop in rows.stops(tx, name) if stop.stands and stop.cause is not Cause.OFF]
    if section.set_aside is not None:
        known = [Stop(name, "", Cause.SET_ASIDE, now, None, section.set_aside), *known]
    if not section.enabled:
        known = [Stop(name, "", Cause.OFF, now, None, "enabled = false"), *known]
    open_ = deliveries.waiting_and_failed(tx, name)
    return InstanceReport(
        name=name,
        adapter=section.adapter,
        mode=section.mode,
        state=_state(known, now),
        stops=known,
        waiting=sum(open_.get(state, 0) for state in _WAITING),
        failed=open_.get(DeliveryState.FAILED, 0),
    )


def _state(known: Sequence[Stop], now: datetime) -> str:
    whole = [stop for stop in known if not stop.storefront]
    if whole:
        # A stop whose time is up lets one call through, to see whether it can be lifted.
        return STATES[whole[0].cause] if whole[0] in standing(known, now) else "on trial"
    return "works in part" if known else "works"
