"""Station: composes a delivery's message, from all that is known when it is first claimed."""

from printhub.core.channels.channel import Material
from printhub.core.flow import drafting
from printhub.core.flow.rules import Rules
from printhub.core.model.deliveries import Delivery
from printhub.core.model.dossier import Dossier
from printhub.core.model.errors import TemplateInvalid
from printhub.core.model.verbs import Verb
from printhub.core.store import events, people
from printhub.core.store.store import Tx


def composed(tx: Tx, rules: Rules, delivery: Delivery, dossier: Dossier, traceparent: str | None) -> bytes:
    """The message of a delivery as it is frozen; raises TemplateInvalid."""
    if delivery.verb is Verb.SEND:  # its words are found after the claim: a template may take its time
        return drafting.draft(tx, rules, delivery, dossier).model_dump_json().encode()
    material = _gathered(tx, delivery, dossier, traceparent)
    try:
        return rules.channel(delivery.kind).compose(delivery.verb, material).model_dump_json().encode()
    except ValueError as error:
        raise TemplateInvalid(str(error)) from error


def _gathered(tx: Tx, delivery: Delivery, dossier: Dossier, traceparent: str | None) -> Material:
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
        traceparent=traceparent,
    )
