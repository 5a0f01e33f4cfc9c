"""Orders and the states that the storefront keeps of them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from printhub.core.model.assets import Asset
from printhub.core.model.jobs import Job
from printhub.core.model.money import Money
from printhub.core.model.people import Address, Person
from printhub.core.model.record import Day, Identifier, Message, Text, Timestamp


class OrderStatus(StrEnum):
    """Where an order stands in the storefront."""

    PENDING = "Pending"
    PROCESSING = "Processing"
    COMPLETE = "Complete"
    SHIPPED = "Shipped"
    CANCELLED = "Cancelled"


class PaymentStatus(StrEnum):
    """What is known of an order's payment."""

    PENDING = "Pending"
    PROCESSING = "Processing"
    AUTHORIZED = "Authorized"
    PAID = "Paid"
    PARTIALLY_REFUNDED = "PartiallyRefunded"
    REFUNDED = "Refunded"
    VOIDED = "Voided"


class OrderApproval(StrEnum):
    """Where an order stands in the storefront's approval workflow."""

    NOT_REQUIRED = "not_required"
    AWAITING = "awaiting"
    PARTIALLY_APPROVED = "partially_approved"
    APPROVED = "approved"
    REJECTED = "rejected"


class Note(Message):
    """A note on an order: internal, or shown to the customer."""

    id: Identifier
    text: Text = Field(repr=False)
    for_customer: bool = False


class Shipment(Message):
    """One parcel that left."""

    id: Identifier
    carrier: Text = ""
    tracking_number: Text = ""
    tracking_url: Text = ""
    jobs: tuple[Identifier, ...] = ()
    """The jobs in it; empty for all jobs of the order."""


class Statement(Message):
    """A billing statement or an invoice, which a message to the customer carries along."""

    id: Identifier
    number: Text = ""
    amount: Money | None = None
    due_on: Day | None = None
    document: Asset


class Order(Message):
    """An order as the storefront describes it when it is placed."""

    id: Identifier
    jobs: tuple[Job, ...] = ()
    status: OrderStatus = OrderStatus.PENDING
    payment_status: PaymentStatus = PaymentStatus.PENDING
    test_payment: bool = False
    """Whether the payment was made with test credentials."""
    shipping_status: Text = ""
    approval: OrderApproval = OrderApproval.NOT_REQUIRED
    total: Money
    discount: Money | None = None
    tax: Money | None = None
    payment_method: Text = ""
    shipping_method: Text = ""
    checkout_attributes: dict[str, str] = {}
    customer: Person = Field(default=Person(), repr=False)
    billing_address: Address = Field(default=Address(), repr=False)
    delivery_address: Address = Field(default=Address(), repr=False)
    department: Text = ""
    cost_centre: Text = ""
    po_number: Text | None = None
    notes: tuple[Note, ...] = ()
    test: bool = False
    order_url: Text = Field(default="", repr=False)
    """Where the customer sees the order, for messages."""
    payment_url: Text = Field(default="", repr=False)
    """Where the customer pays, for messages."""
    release_at: Timestamp | None = None
    """The moment before which nothing is produced."""
    release_on: Day | None = None
    """Instead of `release_at`: the day before which nothing is produced, in the storefront's time zone."""

    @model_validator(mode="after")
    def _is_scheduled_once(self) -> Self:
        one_schedule(self.release_at, self.release_on)
        return self


def one_schedule(release_at: datetime | None, release_on: date | None) -> None:
    """Raise ValueError where a moment and a day are both given: they may contradict each other."""
    if release_at is not None and release_on is not None:
        raise ValueError("expected release_at or release_on, found both")
