"""Gathers what a message is composed of, in the transaction that claims its delivery."""

from printhub.core.channels.channel import Material
from printhub.core.model.deliveries import Delivery
from printhub.core.model.dossier import Dossier
from printhub.core.store import events, people
from printhub.core.store.store import Tx


def gathered(tx: Tx, delivery: Delivery, dossier: Dossier) -> Material:
    """All that the composer of a delivery's kind is given."""
    order = dossier.order
    stated = None
    if delivery.event_id is not None and delivery.subject == str(delivery.event_id):
        stated = events.of_id(tx, delivery.event_id)
    change = next((entry for entry in dossier.history if str(entry.id) == delivery.subject), None)
    return Material(
        storefront=delivery.storefront,
        mode=dossier.job.mode,
        job=dossier.job,
        order=order,
        personal=people.personal(tx, order.person_id if order else None),
        files=tuple(dossier.files.values()),
        change=change,
        stated=stated,
        current=dossier.job.status,
        cause_depth=events.depth_of(tx, change.event_id) if change else 0,
    )
