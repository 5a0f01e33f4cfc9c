"""Station: after a backup was restored, has partners asked whether the hub that is gone made a call already."""

from collections.abc import Iterable
from dataclasses import replace

from printhub.core.flow.rules import Rules
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.dossier import Dossier, TimerKind
from printhub.core.store import hubs
from printhub.core.store.store import Tx

_REASON = "the hub before this backup was restored may have made this call"


def raise_about(tx: Tx, rules: Rules, dossiers: Iterable[Dossier]) -> None:
    """Doubt the first calls of jobs that were stated before the restoration: the hub that is gone may have known them.

    What is planned for jobs that the backup holds is doubted already. An event that is stated again plans deliveries
    of the same ids, so that the partner can recognise the calls.
    """
    fresh = [
        (dossier, delivery)
        for dossier in dossiers
        for delivery in dossier.delivery_changes()
        if not delivery.seq and delivery.run == 1 and delivery.verb in rules.channel(delivery.kind).once
    ]
    if not fresh:
        return
    hub = hubs.newest(tx)
    if hub is None or hub.backup_taken_at is None:
        return
    for dossier, delivery in fresh:
        stated = dossier.job.stamps.get("details")
        if stated is not None and stated[0] < hub.since:
            dossier.put(replace(delivery, doubted=True))


def ask_first(tx: Tx, dossier: Dossier, delivery: Delivery, rules: Rules) -> None:
    """Treat a doubted call that would go now like one whose outcome is unknown: asked about, or for a person."""
    hub, now = hubs.newest(tx), rules.now()
    # The life of its key counts from the first moment at which the call can have been made.
    first = delivery.first_attempt_at or (hub.backup_taken_at if hub else None) or now
    unknown = replace(delivery, state=DeliveryState.UNKNOWN, harmless=False, doubted=False, reason=_REASON, next_at=now)
    dossier.put(replace(unknown, first_attempt_at=first))
    dossier.timers[(TimerKind.ASK, str(delivery.id))] = now
