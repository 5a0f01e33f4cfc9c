"""Events of one order for property tests: what the storefront may state, in whatever order it arrives."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from printhub.testing.clock import START
from printhub.testing.memory_hub import MemoryHub
from tests.invariants.shop import job

MINUTE = timedelta(minutes=1)
TOMORROW = (START + timedelta(days=1)).isoformat()
NEXT_WEEK = (START + timedelta(days=7)).isoformat()


@dataclass(frozen=True)
class Stated:
    """One event with its time, `minute` minutes after the order was placed."""

    type: str
    data: dict[str, Any] = field(hash=False)
    minute: int = 0

    @property
    def time(self) -> datetime:
        return START - timedelta(hours=1) + self.minute * MINUTE

    def emit(self, hub: MemoryHub) -> None:
        receipt = hub.emit(f"printhub.{self.type}", self.data, id=f"e{self.minute}", time=self.time)
        assert receipt.accepted, (self, receipt.reason)


def asset(name: str) -> dict[str, Any]:
    return {"name": name, "url": f"https://shop.example/files/{name}"}


def placed(**changes: Any) -> Stated:
    """The order as it was placed, before everything else: one stock product and one with its output there."""
    jobs = [job("J1", product_type="Static", output=[asset("J1.pdf")]), job("J2")]
    total = {"amount": "10.00", "currency": "EUR"}
    data = {"order": {"id": "O1", "jobs": jobs, "payment_status": "Pending", "total": total, **changes}}
    return Stated("order.placed", data)


_OF_ORDER: list[tuple[str, dict[str, Any]]] = [
    *(
        ("order.payment_changed", {"payment_status": s})
        for s in ("Pending", "Authorized", "Paid", "Voided", "Refunded")
    ),
    *(("order.approval_changed", {"approval": s}) for s in ("awaiting", "approved", "rejected", "partially_approved")),
    *(("order.changed", {"po_number": s}) for s in ("PO-1", "PO-2", None)),
    ("order.changed", {"department": "print", "shipping_method": "parcel"}),
    *(("order.status_changed", {"status": s}) for s in ("Processing", "Complete", "Shipped")),
    *(("order.scheduled", {"release_at": at}) for at in (TOMORROW, NEXT_WEEK)),
    ("order.note_added", {"note": {"id": "N1", "text": "be quick"}}),
]
_OF_JOB: list[tuple[str, dict[str, Any]]] = [
    *(("job.changed", {"quantity": n}) for n in (5, 7)),
    ("job.changed", {"attributes": {"paper": "silk"}}),
    *(("job.awaiting", {"matter": m}) for m in ("proof", "data", "parts")),
    *(("job.awaited", {"matter": m}) for m in ("proof", "data", "parts")),
    ("job.approved", {}),
    ("job.approved", {"matter": "proof"}),
    *((f"job.{name}", {}) for name in ("rejected", "approval_requested", "verified")),
    *((f"job.{name}", {}) for name in ("validation_failed", "validation_finished")),
    *((f"job.{name}", {}) for name in ("blocked", "released")),
    *((f"job.{name}", {}) for name in ("output_started", "output_failed")),
    ("job.progressed", {"status": "InProduction"}),
]
_FINAL: list[tuple[str, dict[str, Any]]] = [
    ("order.cancelled", {}),
    ("job.cancelled", {}),
    ("order.shipped", {"shipment": {"id": "S1"}}),
]


def _about(choice: tuple[str, dict[str, Any]], number: str) -> tuple[str, dict[str, Any]]:
    type_, data = choice
    if type_.startswith("order."):
        return type_, {"order": "O1", **data}
    return type_, {"job": number, **data}


def stories(most: int = 7) -> st.SearchStrategy[list[Stated]]:
    """Some events after the order was placed, each at a time of its own."""
    choices = st.sampled_from([*_OF_ORDER, *_OF_JOB, *_FINAL])
    facts = st.lists(st.builds(_about, choices, st.sampled_from(["J1", "J2"])), max_size=most)
    return facts.map(
        lambda found: [placed(), *(Stated(type_, data, minute) for minute, (type_, data) in enumerate(found, 1))]
    )
