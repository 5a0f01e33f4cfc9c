"""A job, in lists and with all that is known of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.history import EpochReason, StatusChange
from printhub.core.model.jobs import JobApproval, ProductType
from printhub.core.model.known import JobRecord, OrderRecord, OutputState
from printhub.core.model.money import Money
from printhub.core.model.orders import OrderApproval, OrderStatus, PaymentStatus
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Mode
from printhub.core.notifications.subject import called
from printhub.shapes.delivery import AttemptShown, DeliveryLine, DeliveryShown
from printhub.shapes.file import FileShown
from printhub.shapes.shape import Shape

if TYPE_CHECKING:  # the engine, which a client does without
    from printhub.core.flow.explain.obstacles import InTheWay
    from printhub.core.flow.explain.report import JobReport
    from printhub.core.store.finding import JobFound


class JobLine(Shape):
    """A job in lists."""

    id: UUID
    number: str
    storefront: str
    order: str | None
    """The number of its order; null without one."""
    mode: Mode
    status: JobStatus | None
    """The current status."""
    blocked: bool
    cancelled: bool
    product_type: ProductType
    product: str
    quantity: int
    created_at: datetime

    @classmethod
    def of(cls, job: JobRecord, order: str | None) -> Self:
        """A job and the number of its order."""
        return cls(**_line(job, order))


class JobFoundLine(JobLine):
    """A job that was looked for, and what of its deliveries has not ended or failed."""

    waits: list[str]

    @classmethod
    def of_found(cls, found: "JobFound") -> Self:
        """A job as a search found it."""
        open_ = [f"{called(d)} at {d.instance}: {d.state}" for d in found.deliveries if not d.state.is_end]
        failed = [
            f"{called(d)} at {d.instance}: {d.state}" for d in found.deliveries if d.state is DeliveryState.FAILED
        ]
        return cls(**_line(found.job, found.order), waits=open_ + failed)


class JobAsked(JobLine):
    """A job after an act, and whether anybody tells the storefront what it is asked for."""

    storefront_asked: bool


class Removal(Shape):
    """That a Blocked entry was taken away."""

    at: datetime
    by: str | None
    why: str | None


class StatusEntry(Shape):
    """One entry of a job's history."""

    id: UUID
    status: JobStatus
    label: str | None
    detail: str
    time: datetime
    """When it happened."""
    received_at: datetime
    by: str
    epoch: int
    opens: EpochReason | None
    """Why it opened a new epoch of the job's life, where it did."""
    delivery: UUID | None
    current: bool
    """Whether it is the current status."""
    removed: Removal | None

    @classmethod
    def of(cls, entry: StatusChange, *, current: bool) -> Self:
        """An entry, and whether it is the current status."""
        gone = entry.removed_at
        return cls(
            id=entry.id,
            status=entry.status,
            label=entry.label,
            detail=entry.detail,
            time=entry.time,
            received_at=entry.received_at,
            by=entry.by,
            epoch=entry.epoch,
            opens=entry.opens,
            delivery=entry.delivery_id,
            current=current,
            removed=Removal(at=gone, by=entry.removed_by, why=entry.removed_why) if gone else None,
        )


class WayShown(Shape):
    """One thing that is in the way of a job."""

    what: str
    detail: str
    lift: str
    """Who can lift it, and how."""
    commands: list[str]
    holds: list[str]
    """What it holds."""
    until: datetime | None
    """When it ends by itself."""

    @classmethod
    def of(cls, one: "InTheWay") -> Self:
        """What was found in the way."""
        return cls(
            what=one.what,
            detail=one.detail,
            lift=one.lift,
            commands=list(one.commands),
            holds=list(one.holds),
            until=one.until,
        )


class PartShown(Shape):
    """A part of a job."""

    id: str
    name: str
    quantity: int | None


class JobsOrder(Shape):
    """What a job's order says of it."""

    number: str
    status: OrderStatus
    payment_status: PaymentStatus
    test_payment: bool
    approval: OrderApproval
    total: Money | None
    shipping_status: str
    po_number: str | None
    release_at: datetime | None
    cancelled: bool
    deleted: bool

    @classmethod
    def of(cls, order: OrderRecord) -> Self:
        """What is known of an order."""
        return cls(**{name: getattr(order, name) for name in cls.model_fields})


class JobShown(JobLine):
    """All that is known of a job, without personal data."""

    label: str | None
    status_since: datetime | None
    attributes: dict[str, str]
    parts: list[PartShown]
    weight_grams: int | None
    line_price: Money | None
    approval: JobApproval
    output: OutputState
    awaiting: list[str]
    ordered: bool
    parent: str | None
    external_reference: str | None
    epoch: int
    order_facts: JobsOrder | None
    in_the_way: list[WayShown]
    deliveries: list[DeliveryShown]
    history: list[StatusEntry]
    files: list[FileShown]

    @classmethod
    def of_report(cls, report: "JobReport", ways: Sequence["InTheWay"]) -> Self:
        """A job as it was read, and what is in its way."""
        job, order = report.dossier.job, report.dossier.order
        holder = report.current
        return cls(
            **_line(job, order.number if order else None),
            label=holder.label if holder else None,
            status_since=holder.time if holder else None,
            attributes=dict(job.attributes),
            parts=[PartShown(id=part.id, name=part.name, quantity=part.quantity) for part in job.parts],
            weight_grams=job.weight_grams,
            line_price=job.line_price,
            approval=job.approval,
            output=job.output,
            awaiting=sorted(job.awaiting),
            ordered=job.ordered,
            parent=job.parent,
            external_reference=job.external_reference,
            epoch=job.epoch,
            order_facts=JobsOrder.of(order) if order else None,
            in_the_way=[WayShown.of(one) for one in ways],
            deliveries=[
                DeliveryShown(
                    **dict(DeliveryLine.of(delivery, job.number)),
                    tries=[AttemptShown.of(attempt) for attempt in report.attempts[delivery.id]],
                )
                for delivery in report.deliveries
            ],
            history=[StatusEntry.of(entry, current=entry is holder) for entry in report.history],
            files=[FileShown.of(file) for file in report.dossier.files.values()],
        )


def _line(job: JobRecord, order: str | None) -> dict[str, Any]:
    own = (name for name in JobLine.model_fields if name != "order")
    return {name: getattr(job, name) for name in own} | {"order": order}
