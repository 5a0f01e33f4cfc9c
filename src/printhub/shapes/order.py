"""An order, its jobs and its notes."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from printhub.core.model.known import OrderRecord, Personal
from printhub.core.model.money import Money
from printhub.core.model.orders import OrderApproval, OrderStatus, PaymentStatus
from printhub.core.model.verbs import Mode
from printhub.shapes.job import JobLine
from printhub.shapes.shape import Shape

if TYPE_CHECKING:  # the engine, which a client does without
    from printhub.core.flow.explain.order import JobOfOrder as Found
    from printhub.core.flow.explain.order import OrderReport
    from printhub.core.store.notes import NoteRecord


class OrderFacts(Shape):
    """What is known of an order, without personal data."""

    id: UUID
    number: str
    storefront: str
    mode: Mode
    status: OrderStatus
    payment_status: PaymentStatus
    payment_method: str
    test_payment: bool
    approval: OrderApproval
    total: Money | None
    shipping_status: str
    shipping_method: str
    po_number: str | None
    department: str
    cost_centre: str
    checkout_attributes: dict[str, str]
    release_at: datetime | None
    cancelled: bool
    deleted: bool
    created_at: datetime

    @classmethod
    def of(cls, order: OrderRecord) -> Self:
        """What is known of an order."""
        return cls(**facts(order))


def facts(order: OrderRecord) -> dict[str, Any]:
    """The fields of `OrderFacts`."""
    found = {name: getattr(order, name) for name in OrderFacts.model_fields}
    return found | {"checkout_attributes": dict(order.checkout_attributes)}


class OrderAsked(OrderFacts):
    """An order after an act, and whether anybody tells the storefront what it is asked for."""

    storefront_told: bool


class NoteShown(Shape):
    """A note on an order."""

    id: str
    """Its author's id for it."""
    at: datetime
    by: str
    for_customer: bool
    text: str | None
    """Null where it was erased."""

    @classmethod
    def of(cls, note: "NoteRecord") -> Self:
        """A note as it is kept."""
        return cls(id=note.number, at=note.at, by=note.by, for_customer=note.for_customer, text=note.text)


class FirstInTheWay(Shape):
    """The first thing in the way of a job."""

    what: str
    detail: str
    lift: str


class JobOfOrder(JobLine):
    """A job of an order."""

    label: str | None
    first_in_the_way: FirstInTheWay | None


class OrderShown(OrderFacts):
    """All about an order."""

    time_zone: str
    jobs: list[JobOfOrder]
    notes: list[NoteShown]
    personal: Personal | None
    """The customer and the addresses, where they were asked for and may be seen."""

    @classmethod
    def of_report(cls, report: "OrderReport") -> Self:
        """An order as it was read."""
        return cls(
            **facts(report.order),
            time_zone=report.time_zone,
            jobs=[_job(found, report.order.number) for found in report.jobs],
            notes=[NoteShown.of(note) for note in report.notes],
            personal=report.personal,
        )


def _job(found: "Found", order: str) -> JobOfOrder:
    first = found.first
    return JobOfOrder(
        **dict(JobLine.of(found.job, order)),
        label=found.current.label if found.current else None,
        first_in_the_way=FirstInTheWay(what=first.what, detail=first.detail, lift=first.lift) if first else None,
    )
