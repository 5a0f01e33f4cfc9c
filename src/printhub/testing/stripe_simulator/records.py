"""What Stripe keeps: payments, refunds and disputes, and the objects that its API shows of them."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Object = dict[str, Any]
"""A JSON object of Stripe's API."""


class Settling(StrEnum):
    """What becomes at first of the refunds of a payment, as Stripe's test cards have it."""

    SUCCEEDS = "succeeded"
    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"


@dataclass
class Payment:
    """A payment: a charge, mostly with the PaymentIntent that it belongs to. Amounts are minor units."""

    intent: str | None
    charge: str
    amount: int
    currency: str
    captured: int
    status: str
    """The PaymentIntent's: requires_payment_method, requires_capture, succeeded or canceled."""
    created: int
    livemode: bool
    settling: Settling = Settling.SUCCEEDS
    disputed: bool = False
    blocked: bool = False
    """A dispute that is no mere inquiry stands: nothing can be refunded."""

    def charge_object(self, refunded: int) -> Object:
        """The charge, of which so much was refunded; what was released of it counts there too."""
        released = 0 if self.status == "requires_capture" else self.amount - self.captured
        return {
            "id": self.charge,
            "object": "charge",
            "amount": self.amount,
            "amount_captured": self.captured,
            "amount_refunded": refunded + released,
            "captured": self.captured > 0,
            "created": self.created,
            "currency": self.currency,
            "disputed": self.disputed,
            "livemode": self.livemode,
            "metadata": {},
            "paid": True,
            "payment_intent": self.intent,
            "refunded": refunded + released == self.amount,
            "status": "succeeded",
        }

    def intent_object(self, charge: str | Object | None) -> Object:
        """The PaymentIntent; `charge` is its charge, or only that one's id."""
        return {
            "id": self.intent,
            "object": "payment_intent",
            "amount": self.amount,
            "amount_capturable": self.amount if self.status == "requires_capture" else 0,
            "amount_received": self.captured,
            "created": self.created,
            "currency": self.currency,
            "latest_charge": charge,
            "livemode": self.livemode,
            "metadata": {},
            "status": self.status,
        }


@dataclass
class Refund:
    """A refund; it counts against its payment unless it failed or was canceled."""

    id: str
    payment: Payment
    amount: int
    status: str
    created: int
    reason: str | None = None
    pending_reason: str | None = None
    failure_reason: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)

    @property
    def counts(self) -> bool:
        """Whether its amount is gone from the payment."""
        return self.status in {"pending", "requires_action", "succeeded"}

    def object(self) -> Object:
        """The refund. Like the real one it does not say whether it is live."""
        shown = {
            "id": self.id,
            "object": "refund",
            "amount": self.amount,
            "charge": self.payment.charge,
            "created": self.created,
            "currency": self.payment.currency,
            "metadata": dict(self.metadata),
            "payment_intent": self.payment.intent,
            "reason": self.reason,
            "status": self.status,
        }
        told = {"pending_reason": self.pending_reason, "failure_reason": self.failure_reason}
        return shown | {name: value for name, value in told.items() if value}


@dataclass
class Dispute:
    """A dispute of a whole payment; an inquiry is one whose status begins with `warning_`."""

    id: str
    payment: Payment
    status: str
    reason: str
    created: int

    def object(self) -> Object:
        """The dispute."""
        return {
            "id": self.id,
            "object": "dispute",
            "amount": self.payment.captured,
            "charge": self.payment.charge,
            "created": self.created,
            "currency": self.payment.currency,
            "livemode": self.payment.livemode,
            "metadata": {},
            "payment_intent": self.payment.intent,
            "reason": self.reason,
            "status": self.status,
        }
