"""Events that the storefront states of an order. Each states facts, not differences."""

from typing import Self

from pydantic import Field, model_validator

from printhub.core.model.events.fact import Fact
from printhub.core.model.money import Money
from printhub.core.model.orders import (
    Note,
    Order,
    OrderApproval,
    OrderStatus,
    PaymentStatus,
    Shipment,
    Statement,
    one_schedule,
)
from printhub.core.model.people import Address, Person
from printhub.core.model.record import Day, Identifier, Text, Timestamp


class OrderPlaced(Fact):
    """An order was placed; it brings all its jobs."""

    type = "printhub.order.placed"
    order: Order


class OrderFact(Fact):
    """What all facts of a known order share."""

    order: Identifier
    """The storefront's order id."""


class OrderChanged(OrderFact):
    """Details of an order changed; a field that is left out stays as it is, null clears it."""

    type = "printhub.order.changed"
    po_number: Text | None = None
    department: Text = ""
    cost_centre: Text = ""
    shipping_method: Text = ""
    checkout_attributes: dict[str, str] = {}
    customer: Person = Person()
    billing_address: Address = Address()
    delivery_address: Address = Address()
    order_url: Text = Field(default="", repr=False)
    payment_url: Text = Field(default="", repr=False)


class OrderPaymentChanged(OrderFact):
    """The payment status of an order is now this."""

    type = "printhub.order.payment_changed"
    payment_status: PaymentStatus
    test_payment: bool = False
    """Whether it was made with test credentials: then it lifts nothing on a live order."""
    refunded: Money | None = None
    """What the customer was given back, where that changed the status: they are told of it."""
    refund: Identifier | None = None
    """The storefront's own id of that refund."""
    why: Text = ""


class OrderApprovalChanged(OrderFact):
    """The approval state of an order is now this; Approved and Rejected hold for all its jobs."""

    type = "printhub.order.approval_changed"
    approval: OrderApproval
    why: Text = ""


class OrderStatusChanged(OrderFact):
    """The order status is now this; Cancelled is final."""

    type = "printhub.order.status_changed"
    status: OrderStatus
    shipping_status: Text | None = None


class OrderCancelled(OrderFact):
    """The order is cancelled; that is final."""

    type = "printhub.order.cancelled"
    why: Text = ""


class OrderScheduled(OrderFact):
    """The order is to be produced from this moment or day on; null for at once."""

    type = "printhub.order.scheduled"
    release_at: Timestamp | None = None
    """The moment; it or `release_on` has to be there."""
    release_on: Day | None = None
    """The day; it begins where it begins in the storefront's time zone."""

    @model_validator(mode="after")
    def _is_scheduled_once(self) -> Self:
        if not self.model_fields_set & {"release_at", "release_on"}:
            raise ValueError("expected release_at or release_on; null means at once")
        one_schedule(self.release_at, self.release_on)
        return self


class OrderShipped(OrderFact):
    """A parcel of the order left; every job in it is Shipped."""

    type = "printhub.order.shipped"
    shipment: Shipment


class OrderNoteAdded(OrderFact):
    """A note was added to the order."""

    type = "printhub.order.note_added"
    note: Note


class OrderStatementIssued(OrderFact):
    """A billing statement or an invoice is there for the customer."""

    type = "printhub.order.statement_issued"
    statement: Statement


class OrderDeleted(OrderFact):
    """The order was deleted in the storefront; it stays findable here as deleted."""

    type = "printhub.order.deleted"


ORDER_EVENTS: tuple[type[Fact], ...] = (
    OrderPlaced,
    OrderChanged,
    OrderPaymentChanged,
    OrderApprovalChanged,
    OrderStatusChanged,
    OrderCancelled,
    OrderScheduled,
    OrderShipped,
    OrderNoteAdded,
    OrderStatementIssued,
    OrderDeleted,
)
