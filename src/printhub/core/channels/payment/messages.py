"""A request to give money back, as the ledger recorded it, and what a gateway tells of payments and refunds."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from pydantic import JsonValue

from printhub.core.model.money import Money
from printhub.core.model.record import Message
from printhub.core.model.signals import RefundSeen
from printhub.core.model.verbs import Mode


class RefundRequest(Message):
    """One ledger entry that moves money."""

    version: Literal[1] = 1
    storefront: str
    mode: Mode
    entry: str
    """The ledger entry's id; also the call's key."""
    order: str
    payment: str
    """The gateway's id of the payment."""
    amount: Money
    reason: str = ""


class RefundState(StrEnum):
    """What `RefundSeen.state` says, whatever words the gateway has for it."""

    PENDING = "pending"
    """The gateway took it, and the money has not moved yet."""
    ACTION_REQUIRED = "action_required"
    """It waits for something that the customer or the shop has to do."""
    DONE = "done"
    """The money moved. It may still come back: then it is told again, as failed."""
    FAILED = "failed"
    """The money did not arrive, or came back; the payment has as much left as before."""
    CANCELLED = "cancelled"
    """It was called off before the money moved."""
    DISPUTE_INQUIRY = "dispute_inquiry"
    """No refund: the customer's bank asks about the payment, and has taken nothing."""
    DISPUTED = "disputed"
    """No refund: the customer's bank has taken the money back, until it is decided."""
    DISPUTE_WON = "dispute_won"
    """No refund: it was decided for the shop, which has the money again."""
    DISPUTE_LOST = "dispute_lost"
    """No refund: it was decided for the customer, who keeps the money."""


class PaymentState(StrEnum):
    """How far a payment has come at its gateway."""

    OPEN = "open"
    """Nothing is authorized yet."""
    AUTHORIZED = "authorized"
    """The money is set aside, and nothing was taken: it can be voided, not refunded."""
    CAPTURED = "captured"
    """The money was taken, wholly or in part: it can be refunded."""
    VOIDED = "voided"
    """It was released, and nothing will be taken."""


@dataclass(frozen=True, slots=True)
class PaymentBalance:
    """What a gateway says of one payment's money."""

    payment: str
    """The gateway's id of the payment, as it was asked for."""
    captured: Money
    refunded: Money
    """All refunds together, those that are pending included, those that failed not."""
    state: PaymentState
    disputed: bool = False
    """Whether the customer's bank disputes it, or has."""


@dataclass(frozen=True, slots=True)
class RefundPage:
    """Some of the refunds of a period, and how to ask for the rest."""

    refunds: Sequence[RefundSeen]
    cursor: JsonValue = None
    """What to hand in for the next page; None when this was the last."""
