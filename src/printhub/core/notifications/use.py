"""When a message has lost its use, so that it is not sent any more: what it says would be wrong by now."""

from printhub.core.model.jobs import JobApproval
from printhub.core.model.known import JobRecord, OrderRecord
from printhub.core.model.orders import OrderApproval, OrderStatus, PaymentStatus
from printhub.core.model.statuses import JobStatus
from printhub.core.notifications.subject import MessageSubject, Scope, To

_PAID = (
    PaymentStatus.AUTHORIZED,
    PaymentStatus.PAID,
    PaymentStatus.PARTIALLY_REFUNDED,
    PaymentStatus.REFUNDED,
    PaymentStatus.VOIDED,
)
_OF_LIFE = frozenset({"order_confirmation", "awaiting_approval", "order_approved", "unpaid_reminder"})
"""What nobody wants to read about an order that was cancelled."""
_OF_JOB = frozenset({"proof_waiting", "data_missing", "awaiting_approval", "order_approved", "ready_for_collection"})
"""The same of a job."""


def lost_use(subject: MessageSubject, job: JobRecord, order: OrderRecord | None) -> str | None:
    """Why a message is not to go any more, in words; None while it is of use."""
    if subject.to is To.STAFF:
        return None
    return _closed(subject, job, order) or _settled(subject, job, order)


def _closed(subject: MessageSubject, job: JobRecord, order: OrderRecord | None) -> str | None:
    if order is not None and order.deleted:
        return "the order was deleted"
    if order is not None and order.cancelled and subject.notification in _OF_LIFE:
        return "the order is cancelled"
    if subject.scope is Scope.JOB and job.cancelled and subject.notification in _OF_JOB:
        return "the job is cancelled"
    return None


def _settled(subject: MessageSubject, job: JobRecord, order: OrderRecord | None) -> str | None:
    match subject.notification:
        case "unpaid_reminder":
            return None if order is not None and unpaid(order) else "the order is paid"
        case "proof_waiting":
            return None if "proof" in job.awaiting else "the proof is not waited for any more"
        case "data_missing":
            return None if "data" in job.awaiting else "the data are there"
        case "awaiting_approval":
            return None if _awaits_approval(subject, job, order) else "the approval was given or refused"
        case "ready_for_collection":
            return "the job was shipped or collected" if job.status is JobStatus.SHIPPED else None
        case _:
            return None


def unpaid(order: OrderRecord) -> bool:
    """Whether the customer has still to pay."""
    closed = order.cancelled or order.deleted or order.status is OrderStatus.CANCELLED
    return not closed and order.total.amount > 0 and order.payment_status not in _PAID


def _awaits_approval(subject: MessageSubject, job: JobRecord, order: OrderRecord | None) -> bool:
    if subject.scope is Scope.JOB:
        return job.approval is JobApproval.AWAITING
    return order is not None and order.approval is OrderApproval.AWAITING
