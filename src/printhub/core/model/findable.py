"""What a job can be found by, as a pure function of what is known of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from printhub.core.model.deliveries import Delivery, newest_runs
from printhub.core.model.history import StatusChange
from printhub.core.model.jobs import ProductType
from printhub.core.model.known import Blocker, JobRecord, OrderRecord, unapproved
from printhub.core.model.orders import OrderStatus, PaymentStatus
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Mode

OVERDUE = "overdue"
"""The word beside the states of deliveries for one whose partner owes a sign of life."""
UNPLANNED = "unplanned"
"""The word for a job that was ordered and that no route leads into production; it stands without an instance."""
_OVER = (OrderStatus.SHIPPED, OrderStatus.COMPLETE, OrderStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class Findable:
    """What a job can be found by, but for its times, its history and personal data.

    `ids` are the numbers that the storefront gave: the job's, its order's and the external reference. `work` are the
    states (and `overdue`) of the newest runs of its deliveries, each with its instance, or `unplanned` and no instance.
    """

    order_id: UUID | None
    storefront: str
    product_type: ProductType
    mode: Mode
    status: JobStatus | None
    blocker: Blocker
    order_status: OrderStatus | None
    payment_status: PaymentStatus | None
    unapproved: bool
    cancelled: bool
    deleted: bool
    ids: tuple[str, ...]
    work: frozenset[tuple[str, str]]


def findable(
    job: JobRecord, order: OrderRecord | None, history: Iterable[StatusChange], deliveries: Iterable[Delivery]
) -> Findable:
    """Tell what a job can be found by."""
    known = list(deliveries)
    return Findable(
        order_id=job.order_id,
        storefront=job.storefront,
        product_type=job.product_type,
        mode=job.mode,
        status=job.status,
        blocker=_blocker(job, history),
        order_status=order.status if order else None,
        payment_status=order.payment_status if order else None,
        unapproved=unapproved(job, order),
        cancelled=job.cancelled or (order is not None and order.cancelled),
        deleted=order is not None and order.deleted,
        ids=tuple(filter(None, (job.number, order.number if order else None, job.external_reference))),
        work=frozenset([*_work(newest_runs(known).values()), *_nowhere(job, order, known)]),
    )


def _blocker(job: JobRecord, history: Iterable[StatusChange]) -> Blocker:
    if job.blocked:
        return Blocker.BLOCKED
    was = any(entry.status is JobStatus.BLOCKED for entry in history)
    return Blocker.RELEASED if was else Blocker.NEVER


def _nowhere(job: JobRecord, order: OrderRecord | None, deliveries: Iterable[Delivery]) -> Iterable[tuple[str, str]]:
    shipped = job.status is not None and job.status.stickiness > 0
    over = order is not None and (order.cancelled or order.deleted or order.status in _OVER)
    wanted = job.ordered and job.delivered and not job.cancelled and not shipped and not over
    if wanted and not any(delivery.kind.produces for delivery in deliveries):
        yield UNPLANNED, ""


def _work(deliveries: Iterable[Delivery]) -> Iterable[tuple[str, str]]:
    for delivery in deliveries:
        yield str(delivery.state), delivery.instance
        if delivery.overdue_since is not None and not delivery.state.is_end:
            yield OVERDUE, delivery.instance
