"""The shapes of `--json` for orders and their notes: their keys stay as they are, further ones may come."""

from printhub.cli.documents import Document, job_line
from printhub.cli.order_report import OrderReport
from printhub.cli.schedule import zone_of
from printhub.core.model.known import OrderRecord
from printhub.core.store.notes import NoteRecord


def order_facts(order: OrderRecord) -> Document:
    """What is known of an order, without personal data."""
    return {
        "id": order.id,
        "number": order.number,
        "storefront": order.storefront,
        "mode": order.mode,
        "status": order.status,
        "payment_status": order.payment_status,
        "payment_method": order.payment_method,
        "test_payment": order.test_payment,
        "approval": order.approval,
        "total": order.total,
        "shipping_status": order.shipping_status,
        "shipping_method": order.shipping_method,
        "po_number": order.po_number,
        "department": order.department,
        "cost_centre": order.cost_centre,
        "checkout_attributes": dict(order.checkout_attributes),
        "release_at": order.release_at,
        "cancelled": order.cancelled,
        "deleted": order.deleted,
        "created_at": order.created_at,
    }


def order_document(report: OrderReport) -> Document:
    """All about one order: `order_facts`, `time_zone`, `jobs`, `notes`, and `personal` (null unless asked for)."""
    order = report.order
    jobs = [
        job_line(found.job, order.number)
        | {
            "label": found.current.label if found.current else None,
            "first_in_the_way": {"what": found.first.what, "detail": found.first.detail, "lift": found.first.lift}
            if found.first
            else None,
        }
        for found in report.jobs
    ]
    return order_facts(order) | {
        "time_zone": zone_of(order.storefront, report.settings),
        "jobs": jobs,
        "notes": [note_line(note) for note in report.notes],
        "personal": report.personal,
    }


def note_line(note: NoteRecord) -> Document:
    """A note: its author's id for it, when, by whom, whether it is for the customer, and its text."""
    return {
        "id": note.number,
        "at": note.at,
        "by": note.by,
        "for_customer": note.for_customer,
        "text": note.text,
    }
