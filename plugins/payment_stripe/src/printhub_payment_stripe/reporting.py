"""A refund of Stripe's as the hub is told of it: as the report of a call, or as something that was seen."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from printhub import OutcomeUnknown, RefundSeen, RefundState, Rejected, Report, Verb
from printhub_payment_stripe.amounts import from_stripe
from printhub_payment_stripe.objects import Dispute, Refund
from printhub_payment_stripe.words import DELAYS, FAILURES, in_words

_STATES: Mapping[str, RefundState] = MappingProxyType(
    {
        "pending": RefundState.PENDING,
        "requires_action": RefundState.ACTION_REQUIRED,
        "succeeded": RefundState.DONE,
        "failed": RefundState.FAILED,
        "canceled": RefundState.CANCELLED,
    }
)
_DISPUTES: Mapping[str, RefundState] = MappingProxyType(
    {
        "won": RefundState.DISPUTE_WON,
        "lost": RefundState.DISPUTE_LOST,
        "warning_needs_response": RefundState.DISPUTE_INQUIRY,
        "warning_under_review": RefundState.DISPUTE_INQUIRY,
        "warning_closed": RefundState.DISPUTE_WON,
        "prevented": RefundState.DISPUTE_WON,
    }
)


def state_of(refund: Refund) -> RefundState:
    """How far a refund has come; a status that is not known here counts as pending, which promises nothing."""
    return _STATES.get(refund.status or "", RefundState.PENDING)


def report_of(refund: Refund) -> Report:
    """The report that a refund amounts to; raises Rejected for one that failed or was called off.

    Raises OutcomeUnknown for a status that this version does not know. No text names an amount: it ends up in the
    histories of jobs.
    """
    match refund.status:
        case "succeeded":
            return Report.done(refund.id, detail=f"Stripe refund {refund.id}")
        case "pending":
            why = in_words(DELAYS, refund.pending_reason, "the money has not moved yet")
            return Report.accepted(refund.id, detail=f"Stripe refund {refund.id} is pending: {why}")
        case "requires_action":
            what = "the customer has to tell Stripe where the money is to go; Stripe has asked them by e-mail"
            return Report.action_required(f"Stripe refund {refund.id}: {what}", reference=refund.id)
        case "failed" | "canceled":
            raise Rejected(refusal_of(refund))
        case _:
            raise OutcomeUnknown(f"Stripe refund {refund.id} has a status that is not known here; look it up at Stripe")


def refusal_of(refund: Refund) -> str:
    """Why the money of a refund did not move."""
    if refund.status == "canceled":
        return f"Stripe refund {refund.id} was cancelled before the money moved"
    why = in_words(FAILURES, refund.failure_reason, "Stripe names no reason")
    return f"Stripe refund {refund.id} failed: {why}"


def seen(refund: Refund, payment: str, *, dedupe: str, at: int | None = None) -> RefundSeen:
    """A refund that Stripe knows of; `at` is when it came to be as it is, in seconds since 1970."""
    return RefundSeen(
        key=refund.entry,
        reference=refund.id,
        verb=Verb.REFUND,
        at=moment(refund.created if at is None else at),
        dedupe=dedupe,
        amount=from_stripe(refund.amount, refund.currency),
        payment=payment,
        state=state_of(refund),
        reason=refund.failure_reason or "",
    )


def dispute_seen(dispute: Dispute, payment: str, *, dedupe: str, at: int) -> RefundSeen:
    """A dispute, which takes money back without being a refund; its state says so."""
    return RefundSeen(
        reference=dispute.id,
        at=moment(at),
        dedupe=dedupe,
        amount=from_stripe(dispute.amount, dispute.currency),
        payment=payment,
        state=_DISPUTES.get(dispute.status, RefundState.DISPUTED),
        reason=dispute.reason,
    )


def moment(seconds: int) -> datetime:
    """A time of Stripe's: seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)
