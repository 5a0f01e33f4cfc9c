"""What is read of Stripe's objects, and nothing else: names and cards of customers stay in the answer."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from printhub import Mode

ENTRY, ORDER = "printhub_entry", "printhub_order"
"""The metadata by which a refund is known as the hub's own."""


def _id(value: object) -> object:
    """The id of what may be expanded: Stripe gives the id alone, or the whole object."""
    return value.get("id") if isinstance(value, dict) else value


ObjectId = Annotated[str | None, BeforeValidator(_id)]


class StripeObject(BaseModel):
    """Fields that are not named are ignored: Stripe adds some without a new version."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Refund(StripeObject):
    """A refund."""

    id: str
    amount: int
    currency: str
    status: str | None = None
    created: int
    charge: ObjectId = None
    payment_intent: ObjectId = None
    failure_reason: str | None = None
    pending_reason: str | None = None
    metadata: dict[str, Any] = Field(default_factory=dict, repr=False)

    @property
    def counts(self) -> bool:
        """Whether its amount is gone from the payment, or about to be."""
        return self.status not in ("failed", "canceled")

    @property
    def entry(self) -> str | None:
        """The ledger entry that it was made for; None where the hub did not make it."""
        entry = self.metadata.get(ENTRY)
        return entry if isinstance(entry, str) and entry else None


class Charge(StripeObject):
    """A charge: money that was taken or set aside."""

    id: str
    amount: int
    amount_captured: int = 0
    captured: bool
    currency: str
    disputed: bool = False
    livemode: bool
    payment_intent: ObjectId = None
    refunded: bool = False


class PaymentIntent(StripeObject):
    """A payment, from its beginning; `latest_charge` is whole where it was asked for whole."""

    id: str
    amount_capturable: int = 0
    amount_received: int = 0
    currency: str
    latest_charge: Charge | str | None = None
    livemode: bool
    status: str


class Dispute(StripeObject):
    """A dispute of a charge."""

    id: str
    amount: int
    currency: str
    charge: ObjectId = None
    payment_intent: ObjectId = None
    reason: str = ""
    status: str


class Balance(StripeObject):
    """The account's balance, of which only its mode is read."""

    livemode: bool


class RefundList(StripeObject):
    """A page of a list of refunds, newest first."""

    data: tuple[Refund, ...]
    has_more: bool = False


class EventData(StripeObject):
    """What an event is about."""

    object: dict[str, Any] = Field(repr=False)


class Event(StripeObject):
    """A snapshot event, as webhooks carry it."""

    id: str
    type: str
    created: int
    livemode: bool
    data: EventData
    object: Literal["event"]


def mode_of(livemode: bool) -> Mode:
    """Stripe's flag in the hub's words."""
    return Mode.LIVE if livemode else Mode.TEST
