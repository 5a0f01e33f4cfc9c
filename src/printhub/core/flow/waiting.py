"""Station: tells people of events that have waited for a day for the order, job or reference that they are about."""

from datetime import timedelta
from uuid import UUID

from printhub.core.flow import notices
from printhub.core.flow.rules import Rules
from printhub.core.model.dossier import TimerKind
from printhub.core.store import events, timers
from printhub.core.store.events import EventRecord, EventState
from printhub.core.store.store import Tx

PATIENCE = timedelta(days=1)
"""How long an event waits before people are told."""
WAITING = (EventState.EARLY, EventState.UNATTRIBUTED)
"""The states of events that wait."""


def watch(tx: Tx, rules: Rules, record: EventRecord) -> None:
    """Have an event looked at again when it has waited long; for any other event nothing."""
    if record.state in WAITING:
        timers.put(tx, {(TimerKind.EARLY, str(record.id)): rules.now() + PATIENCE})


def tell(tx: Tx, rules: Rules, event_id: UUID) -> None:
    """Tell people of an event that still waits: once for each thing that is waited for, however many events do."""
    record = events.get(tx, event_id)
    if record is None or record.state not in WAITING or record.waits_for is None:
        return
    if events.first_waiting_for(tx, record.waits_for) != record.id:
        return
    kind, _, rest = record.waits_for.partition("/")
    owner, _, name = rest.partition("/")
    if record.state is EventState.EARLY:
        text = (
            f"{owner} spoke of {kind} {name} a day ago and has never stated it: ask the storefront to. "
            "`printhub events list --early` shows what waits"
        )
    elif kind == "delivery":
        text = (
            f"a partner's word has waited for a day for the call of delivery {owner} to end. "
            f"`printhub jobs explain {owner}` shows where it stands"
        )
    else:
        text = (
            f"{owner} spoke of {name} a day ago, and nothing here leads to it: ask the partner what it is about. "
            "`printhub events list --unattributed` shows what waits"
        )
    partner = owner if kind == "reference" else None
    notices.state(tx, rules, str(record.state), text, instance=partner, storefront=record.storefront)
