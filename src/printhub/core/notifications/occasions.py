"""Which messages a fact gives rise to: a pure table from facts to notifications and what they are about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from printhub.core.model.events import job as jobs
from printhub.core.model.events import order as orders
from printhub.core.model.events.fact import Fact
from printhub.core.model.orders import OrderApproval, OrderStatus
from printhub.core.model.statuses import JobStatus
from printhub.core.notifications.subject import Scope

_OF_APPROVAL = {
    OrderApproval.AWAITING: "awaiting_approval",
    OrderApproval.APPROVED: "order_approved",
    OrderApproval.REJECTED: "order_rejected",
}
_OF_MATTER = {"proof": "proof_waiting", "data": "data_missing"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message that is wanted: the notification, what it is about, and the occasion that it is sent on once."""

    notification: str
    scope: Scope
    about: str
    occasion: str


def wanted(fact: Fact, at: datetime | None, epoch: int) -> Iterator[Wanted]:
    """The messages that a fact gives rise to.

    The occasion is the id of what the fact tells of, where that has one: a parcel, a note, a refund. Else it is the
    fact's own time (`at`) or, where its source gives none, the epoch of the job's life: so what is told twice under
    fresh ids is one message, and what happens a second time is a second one.
    """
    when = at.isoformat() if at else f"epoch {epoch}"
    match fact:
        case orders.OrderPlaced(order=order):
            yield Wanted("order_confirmation", Scope.ORDER, order.id, "placed")
            if order.approval is OrderApproval.AWAITING:
                yield Wanted("awaiting_approval", Scope.ORDER, order.id, "placed")
        case orders.OrderFact():
            yield from _of_order(fact, when)
        case jobs.JobFact():
            yield from _of_job(fact, when, epoch)
        case _:
            return


def _of_order(fact: orders.OrderFact, when: str) -> Iterator[Wanted]:
    number, scope = fact.order, Scope.ORDER
    match fact:
        case orders.OrderApprovalChanged(approval=approval) if approval in _OF_APPROVAL:
            yield Wanted(_OF_APPROVAL[approval], scope, number, when)
        case orders.OrderShipped(shipment=parcel):
            yield Wanted("shipped", scope, number, parcel.id)
        case orders.OrderCancelled() | orders.OrderStatusChanged(status=OrderStatus.CANCELLED):
            yield Wanted("order_cancelled", scope, number, "cancelled")
        case orders.OrderPaymentChanged(refunded=refunded, refund=refund) if refunded is not None:
            yield Wanted("refund_made", scope, number, refund or when)
        case orders.OrderNoteAdded(note=note) if note.for_customer:
            yield Wanted("customer_note", scope, number, note.id)
        case orders.OrderStatementIssued(statement=statement):
            yield Wanted("statement", scope, number, statement.id)
        case _:
            return


def _of_job(fact: jobs.JobFact, when: str, epoch: int) -> Iterator[Wanted]:
    number, scope = fact.job, Scope.JOB
    match fact:
        case jobs.JobApproved(matter=jobs.Matter.ORDER):
            yield Wanted("order_approved", scope, number, when)
        case jobs.JobRejected():
            yield Wanted("order_rejected", scope, number, when)
        case jobs.JobApprovalRequested():
            yield Wanted("awaiting_approval", scope, number, when)
        case jobs.JobAwaiting(matter=matter) if matter in _OF_MATTER:
            yield Wanted(_OF_MATTER[matter], scope, number, when)
        case jobs.JobShipped(shipment=parcel):
            yield Wanted("shipped", scope, number, parcel.id if parcel else f"epoch {epoch}")
        case jobs.JobProgressed(status=JobStatus.READY_FOR_COLLECTION):
            yield Wanted("ready_for_collection", scope, number, f"epoch {epoch}")
        case jobs.JobOutputFailed():
            yield Wanted("output_failed", scope, number, when)
        case _:
            return


OF_NOTICE = {"MisFailed": "mis_failed", "overdue": "job_overdue"}
"""The notification of a staff notice, by its matter; every other one about a job is `failed_for_good`."""
