"""Events of Stripe's as signals. Events come at least once and in any order, so only what is final settles anything."""

from collections.abc import Sequence
from typing import Literal

from printhub import LookAgain, RefundSeen, Report, Settled, Verb
from printhub_payment_stripe.objects import Dispute, Event, PaymentIntent, Refund
from printhub_payment_stripe.reporting import dispute_seen, moment, refusal_of, report_of, seen

NamedBy = Literal["payment_intent", "charge"]
Signals = Sequence[RefundSeen | Settled | LookAgain]

_REFUNDS = frozenset({"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"})


def signals_of(event: Event, named_by: NamedBy) -> Signals:
    """What an event says; nothing for types that have nothing to do with money that goes back."""
    about = event.data.object
    if event.type in _REFUNDS:
        return _of_refund(event, Refund.model_validate(about), named_by, event.id)
    if event.type == "charge.refunded":
        # Older versions of the API put the refunds into the charge; in newer ones refund.created tells of each.
        listed = (about.get("refunds") or {}).get("data") or []
        refunds = [Refund.model_validate(one) for one in listed]
        return [told for one in refunds for told in _of_refund(event, one, named_by, f"{event.id}/{one.id}")]
    if event.type.startswith("charge.dispute."):
        dispute = Dispute.model_validate(about)
        return [dispute_seen(dispute, payment_of(dispute, named_by), dedupe=event.id, at=event.created)]
    if event.type == "payment_intent.succeeded":
        # It was captured after all: a void that is still open has to be asked for.
        intent = PaymentIntent.model_validate(about)
        return [LookAgain(reference=intent.id, verb=Verb.VOID, at=moment(event.created), dedupe=event.id)]
    if event.type == "payment_intent.canceled":
        intent = PaymentIntent.model_validate(about)
        report = Report.done(intent.id, detail="Stripe released the payment")
        return [Settled(reference=intent.id, verb=Verb.VOID, report=report, at=moment(event.created), dedupe=event.id)]
    return []


def payment_of(about: Refund | Dispute, named_by: NamedBy) -> str:
    """The payment as the storefront names it; the other id where there is no such."""
    names = {"payment_intent": about.payment_intent, "charge": about.charge}
    return names[named_by] or about.payment_intent or about.charge or ""


def _of_refund(event: Event, refund: Refund, named_by: NamedBy, dedupe: str) -> Signals:
    told = seen(refund, payment_of(refund, named_by), dedupe=dedupe, at=event.created)
    if refund.entry is None:
        return [told]
    facts = {
        "key": refund.entry,
        "reference": refund.id,
        "verb": Verb.REFUND,
        "at": moment(event.created),
        "dedupe": dedupe,
    }
    match refund.status:
        case "succeeded":
            return [told, Settled.model_validate({**facts, "report": report_of(refund)})]
        case "failed" | "canceled":
            return [told, Settled.model_validate({**facts, "refused": refusal_of(refund)})]
        case _:
            # It is on its way, and this word may be older than another that has come: the hub asks.
            return [told, LookAgain.model_validate(facts)]
