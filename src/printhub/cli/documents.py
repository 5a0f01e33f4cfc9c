"""The shapes of `--json`: their keys stay as they are, further ones may come.

Moments are RFC 3339 in UTC, ids are text, sizes are bytes; what is not known is null.
"""

from typing import Any

from printhub.core.flow.explain.obstacles import InTheWay, in_the_way
from printhub.core.flow.explain.report import Attempt, JobReport
from printhub.core.model.deliveries import Delivery
from printhub.core.model.history import StatusChange
from printhub.core.model.known import FileRecord, JobRecord, OrderRecord
from printhub.core.store.events import EventRecord, Refusal

Document = dict[str, Any]


def job_line(job: JobRecord, order: str | None) -> Document:
    """A job in lists: id, number, storefront, order, mode, status, blocked, cancelled, product and when it came."""
    return {
        "id": job.id,
        "number": job.number,
        "storefront": job.storefront,
        "order": order,
        "mode": job.mode,
        "status": job.status,
        "blocked": job.blocked,
        "cancelled": job.cancelled,
        "product_type": job.product_type,
        "product": job.product,
        "quantity": job.quantity,
        "created_at": job.created_at,
    }


def delivery_line(delivery: Delivery, job: str | None) -> Document:
    """A delivery: what is asked of which instance for which job, where it stands, why, and its next moment."""
    return {
        "id": delivery.id,
        "storefront": delivery.storefront,
        "instance": delivery.instance,
        "kind": delivery.kind,
        "verb": delivery.verb,
        "job": job,
        "subject": delivery.subject,
        "run": delivery.run,
        "state": delivery.state,
        "reason": delivery.reason,
        "rule": delivery.rule,
        "since": delivery.since,
        "sign_due_at": delivery.sign_due_at,
        "overdue_since": delivery.overdue_since,
        "fingerprint": delivery.fingerprint,
        "obstacles": [{"kind": o.kind, "word": o.word, "detail": o.detail} for o in delivery.obstacles],
        "next_at": delivery.next_at,
        "give_up_at": delivery.give_up_at,
        "attempts": delivery.attempts,
        "reference": delivery.reference,
        "parts": sorted(delivery.parts),
        "settled_by": delivery.settled_by,
        "key": delivery.key,
        "epoch": delivery.epoch,
        "created_at": delivery.created_at,
    }


def job_document(report: JobReport) -> Document:
    """All about one job: `job_line` and more of its facts, `in_the_way`, `deliveries`, `history` and `files`."""
    job, order = report.dossier.job, report.dossier.order
    holder = report.current
    return job_line(job, order.number if order else None) | {
        "label": holder.label if holder else None,
        "status_since": holder.time if holder else None,
        "attributes": dict(job.attributes),
        "parts": [{"id": part.id, "name": part.name, "quantity": part.quantity} for part in job.parts],
        "weight_grams": job.weight_grams,
        "line_price": job.line_price,
        "approval": job.approval,
        "output": job.output,
        "awaiting": sorted(job.awaiting),
        "ordered": job.ordered,
        "parent": job.parent,
        "external_reference": job.external_reference,
        "epoch": job.epoch,
        "order_facts": _order(order) if order else None,
        "in_the_way": [way_line(one) for one in in_the_way(report)],
        "deliveries": [
            delivery_line(delivery, job.number)
            | {"tries": [attempt_line(attempt) for attempt in report.attempts[delivery.id]]}
            for delivery in report.deliveries
        ],
        "history": [_change(entry, current=entry is holder) for entry in report.history],
        "files": [file_line(file) for file in report.dossier.files.values()],
    }


def way_line(one: InTheWay) -> Document:
    """One thing that is in the way: what, who lifts it and how, what it holds, and when it ends by itself."""
    return {
        "what": one.what,
        "detail": one.detail,
        "lift": one.lift,
        "commands": one.commands,
        "holds": one.holds,
        "until": one.until,
    }


def event_line(event: EventRecord) -> Document:
    """A recorded event without its body; `state` says what became of it, `waits_for` what an early one waits for."""
    return {
        "id": event.id,
        "source": event.source,
        "source_id": event.source_id,
        "type": event.type,
        "storefront": event.storefront,
        "subject": event.subject,
        "time": event.time,
        "received_at": event.received_at,
        "state": event.state,
        "waits_for": event.waits_for,
    }


def refusal_line(refusal: Refusal) -> Document:
    """Input that was refused: `code` for programs, `reason` in words, and its source and id as far as it named them."""
    return {
        "id": refusal.id,
        "source": refusal.source,
        "source_id": refusal.source_id,
        "received_at": refusal.received_at,
        "code": refusal.code,
        "reason": refusal.reason,
    }


def _order(order: OrderRecord) -> Document:
    return {
        "number": order.number,
        "status": order.status,
        "payment_status": order.payment_status,
        "test_payment": order.test_payment,
        "approval": order.approval,
        "total": order.total,
        "shipping_status": order.shipping_status,
        "po_number": order.po_number,
        "release_at": order.release_at,
        "cancelled": order.cancelled,
        "deleted": order.deleted,
    }


def attempt_line(attempt: Attempt) -> Document:
    """One attempt: how it ended and what went over the wire, masked."""
    names = ("number", "purpose", "began_at", "ended_at", "outcome", "detail", "stale", "exchanges")
    return {name: attempt[name] for name in names}


def _change(entry: StatusChange, *, current: bool) -> Document:
    return {
        "id": entry.id,
        "status": entry.status,
        "label": entry.label,
        "detail": entry.detail,
        "time": entry.time,
        "received_at": entry.received_at,
        "by": entry.by,
        "epoch": entry.epoch,
        "opens": entry.opens,
        "delivery": entry.delivery_id,
        "current": current,
        "removed": (
            {"at": entry.removed_at, "by": entry.removed_by, "why": entry.removed_why} if entry.removed_at else None
        ),
    }


def file_line(file: FileRecord) -> Document:
    """One file of a job; `by` is the operator who supplied it, empty for the storefront."""
    return {
        "id": file.id,
        "role": file.role,
        "name": file.name,
        "part": file.part,
        "media_type": file.media_type,
        "state": file.state,
        "size": file.size,
        "sha256": file.sha256,
        "superseded": file.superseded,
        "attempts": file.attempts,
        "reason": file.reason,
        "by": file.by,
    }
