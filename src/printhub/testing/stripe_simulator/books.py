"""Stripe's own books: payments, what was refunded of them and what may still be, and the events that tell of it."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar
from uuid import uuid4

from printhub.testing.stripe_simulator.events import StripeEvent, event
from printhub.testing.stripe_simulator.records import Dispute, Object, Payment, Refund, Settling
from printhub.testing.stripe_simulator.refusal import Refusal

Kept = TypeVar("Kept", Refund, Dispute)


class Books:
    """Everything that Stripe knows of one account. Amounts are minor units, times seconds since 1970."""

    def __init__(self, *, livemode: bool, now: Callable[[], int]) -> None:
        self.livemode = livemode
        self.payments: list[Payment] = []
        self.refunds: dict[str, Refund] = {}
        self.disputes: dict[str, Dispute] = {}
        self.events: list[StripeEvent] = []
        self.penniless = False
        self._now = now

    # --- payments ---------------------------------------------------------------------------------------------

    def pay(
        self, amount: int, currency: str, *, captured: bool = True, intent: bool = True, settling: Settling
    ) -> Payment:
        """A customer pays, or only has the amount set aside."""
        payment = Payment(
            intent=_id("pi") if intent else None,
            charge=_id("ch" if intent else "py"),
            amount=amount,
            currency=currency.lower(),
            captured=amount if captured else 0,
            status="succeeded" if captured else "requires_capture",
            created=self._now(),
            livemode=self.livemode,
            settling=settling,
        )
        self.payments.append(payment)
        if captured:
            self._tell_of_payment("payment_intent.succeeded", payment)
        return payment

    def payment(self, name: str, what: str = "payment_intent") -> Payment:
        """The payment by the id of its PaymentIntent or charge; raises Refusal where there is none."""
        for payment in self.payments:
            if name in (payment.intent, payment.charge):
                return payment
        raise Refusal(404, f"No such {what}: '{name}'", code="resource_missing", param="id")

    def capture(self, payment: Payment, amount: int | None = None) -> None:
        """Take what was set aside, or a part of it."""
        if payment.status != "requires_capture":
            raise _unexpected_state(payment, "captured")
        payment.captured, payment.status = payment.amount if amount is None else amount, "succeeded"
        self._tell_of_payment("payment_intent.succeeded", payment)

    def cancel_payment(self, payment: Payment) -> None:
        """Release what was set aside."""
        if payment.status in ("succeeded", "canceled"):
            raise _unexpected_state(payment, "canceled")
        payment.status = "canceled"
        self._tell_of_payment("payment_intent.canceled", payment)

    def refunded(self, payment: Payment) -> int:
        """How much of it is refunded or about to be."""
        return sum(refund.amount for refund in self.refunds.values() if refund.payment is payment and refund.counts)

    # --- refunds ----------------------------------------------------------------------------------------------

    def refund(
        self, payment: Payment, amount: int | None, metadata: Mapping[str, str], reason: str | None = None
    ) -> Refund:
        """Give back `amount`, or all that is left; raises Refusal for more than that."""
        left = payment.captured - self.refunded(payment)
        self._may_be_refunded(payment, left, amount)
        refund = Refund(
            id=_id("re"),
            payment=payment,
            amount=left if amount is None else amount,
            status=payment.settling.value,
            created=self._now(),
            reason=reason,
            pending_reason="processing" if payment.settling is Settling.PENDING else None,
            metadata=dict(metadata),
        )
        if self.penniless:  # cards wait for a balance, other methods are refused (Stripe docs, "Refunds")
            refund.status, refund.pending_reason = "pending", "insufficient_funds"
        self.refunds[refund.id] = refund
        self._tell("refund.created", refund.object())
        self._tell("charge.refunded", payment.charge_object(self.refunded(payment)))
        return refund

    def move(self, refund: Refund, status: str, failure_reason: str | None = None) -> None:
        """Let a refund come to another status, and tell of it."""
        before = refund.status
        refund.status, refund.failure_reason, refund.pending_reason = status, failure_reason, None
        self._tell("refund.updated", refund.object(), {"status": before})
        self._tell("charge.refund.updated", refund.object(), {"status": before})
        if status == "failed":
            self._tell("refund.failed", refund.object(), {"status": before})

    def cancel_refund(self, refund: Refund) -> None:
        """Call off a refund; only one that requires action can be (Stripe API reference, "Cancel a refund")."""
        if refund.status != "requires_action":
            raise Refusal(400, f"A refund with the status {refund.status} cannot be canceled.")
        self.move(refund, "canceled")

    def found(self, kept: Mapping[str, Kept], name: str, what: str) -> Kept:
        """A refund or dispute by its id; raises Refusal where there is none."""
        if name not in kept:
            raise Refusal(404, f"No such {what}: '{name}'", code="resource_missing", param="id")
        return kept[name]

    # --- disputes ---------------------------------------------------------------------------------------------

    def dispute(self, payment: Payment, reason: str, *, inquiry: bool) -> Dispute:
        """The customer's bank disputes the payment, or only inquires."""
        status = "warning_needs_response" if inquiry else "needs_response"
        dispute = Dispute(_id("du"), payment, status, reason, self._now())
        self.disputes[dispute.id] = dispute
        payment.disputed, payment.blocked = True, not inquiry
        self._tell("charge.dispute.created", dispute.object())
        if not inquiry:
            self._tell("charge.dispute.funds_withdrawn", dispute.object())
        return dispute

    def close_dispute(self, dispute: Dispute, *, won: bool) -> None:
        """It is decided; a payment whose dispute was won can be refunded again."""
        inquiry = dispute.status.startswith("warning_")
        dispute.status = "warning_closed" if inquiry else "won" if won else "lost"
        dispute.payment.blocked = not (inquiry or won)
        self._tell("charge.dispute.closed", dispute.object())
        if won and not inquiry:
            self._tell("charge.dispute.funds_reinstated", dispute.object())

    # --- besides ----------------------------------------------------------------------------------------------

    def balance(self) -> Object:
        """The account's balance, of each currency in it."""
        taken: dict[str, int] = {}
        for payment in self.payments:
            left = payment.captured - self.refunded(payment)
            taken[payment.currency] = taken.get(payment.currency, 0) + left
        sums = [{"amount": amount, "currency": currency} for currency, amount in sorted(taken.items())]
        return {"object": "balance", "available": sums, "pending": [], "livemode": self.livemode}

    def _may_be_refunded(self, payment: Payment, left: int, amount: int | None) -> None:
        if payment.blocked:
            raise Refusal(400, "The charge is disputed.", code="charge_disputed")
        if payment.status != "succeeded":
            raise _unexpected_state(payment, "refunded")
        if left == 0:
            text = f"Charge {payment.charge} has already been refunded."
            raise Refusal(400, text, code="charge_already_refunded")
        if amount is not None and amount > left:
            text = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
            raise Refusal(400, text, param="amount")

    def _tell_of_payment(self, kind: str, payment: Payment) -> None:
        if payment.intent is not None:
            self._tell(kind, payment.intent_object(payment.charge))

    def _tell(self, kind: str, about: Object, before: Object | None = None) -> None:
        told = event(_id("evt"), kind, about, created=self._now(), livemode=self.livemode, before=before)
        self.events.append(told)


def newest_first(refunds: Iterable[Refund]) -> list[Refund]:
    """As Stripe lists them; `refunds` come in the order of their making."""
    return list(refunds)[::-1]


def _unexpected_state(payment: Payment, verb: str) -> Refusal:
    text = f"This PaymentIntent could not be {verb} because it has a status of {payment.status}."
    return Refusal(400, text, code="payment_intent_unexpected_state")


def _id(prefix: str) -> str:
    return f"{prefix}_{uuid4().hex[:24]}"
