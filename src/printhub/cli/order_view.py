"""How `printhub orders show` looks: the order and its payment, its jobs with what is in their way, its notes."""

from collections.abc import Sequence
from dataclasses import dataclass

from printhub.cli.job_view import status_words
from printhub.cli.output import Cell, Output, moment, styled
from printhub.cli.schedule import scheduled
from printhub.core.flow.explain.order import OrderReport
from printhub.core.model.people import Address
from printhub.core.store.notes import NoteRecord

ERASED = "(erased)"


@dataclass(frozen=True, slots=True)
class OrderView:
    """Shows one order."""

    report: OrderReport
    out: Output

    def show(self) -> None:
        """Write everything."""
        self._head()
        self._personal()
        self._jobs()
        self._notes()

    def _head(self) -> None:
        order = self.report.order
        flags = [("CANCELLED", order.cancelled), ("DELETED in the storefront", order.deleted)]
        marks = [styled(f"  {word}", "bold red") for word, holds in flags if holds]
        self.out.line(styled(f"Order {order.number}", "bold"), f" of {order.storefront}, {order.mode}", *marks)
        self.out.line()
        shipping = ", ".join(filter(None, [order.shipping_status, order.shipping_method]))
        paid = f"{order.payment_status}{' (test)' if order.test_payment else ''}"
        facts: list[tuple[str, Cell]] = [
            ("status", styled(order.status, "bold")),
            ("payment", ", ".join(filter(None, [paid, order.payment_method]))),
            ("total", str(order.total)),
            ("approval", order.approval),
        ]
        if order.release_at:
            when = scheduled(order.release_at, order.storefront, self.report.settings, self.report.now)
            facts.append(("scheduled", when))
        named = [("shipping", shipping), ("PO number", order.po_number)]
        named += [("department", order.department), ("cost centre", order.cost_centre)]
        facts += [(name, value) for name, value in named if value]
        facts += sorted(order.checkout_attributes.items())
        facts.append(("known since", moment(order.created_at)))
        self.out.pairs(facts)

    def _personal(self) -> None:
        personal = self.report.personal
        if personal is None:
            return
        self._title("Customer")
        customer = personal.customer
        account = "guest" if customer.guest else customer.user_name
        facts = [("name", customer.name), ("company", customer.company), ("e-mail", customer.email)]
        facts += [("phone", customer.phone), ("language", customer.language), ("account", account)]
        facts += [("billed to", _address(personal.billing_address))]
        facts += [("delivered to", _address(personal.delivery_address))]
        self.out.pairs([(name, value) for name, value in facts if value] or [("", ERASED)])

    def _jobs(self) -> None:
        jobs = self.report.jobs
        self._title(f"{len(jobs)} job{'' if len(jobs) == 1 else 's'}")
        rows: list[list[Cell]] = []
        for found in jobs:
            flags = [("BLOCKED", found.job.blocked), ("CANCELLED", found.job.cancelled)]
            status = styled(status_words(found.job, found.current))
            for word, holds in flags:
                status += styled(f" {word}", "bold red") if holds else ""
            way = f"{found.first.what}: {found.first.detail}" if found.first else ""
            rows.append([found.job.number, f"{found.job.quantity}", found.job.product or "-", status, way])
        if rows:
            self.out.table(["job", "pieces", "product", "status", "first in the way"], rows)

    def _notes(self) -> None:
        if self.report.notes:
            self._title("Notes")
            show_notes(self.out, self.report.notes)

    def _title(self, text: str) -> None:
        self.out.line()
        self.out.line(styled(text, "bold underline"))


def show_notes(out: Output, notes: Sequence[NoteRecord]) -> None:
    """Write notes, each with when, by whom, and for whom."""
    rows: list[list[Cell]] = [
        [moment(note.at), note.by, "customer" if note.for_customer else "internal", note.text or ERASED]
        for note in notes
    ]
    out.table(["when", "by", "for", "note"], rows)


def _address(address: Address) -> str:
    town = " ".join(filter(None, [address.postcode, address.town]))
    lines = [address.name, address.company, address.address1, address.address2, address.address3, town]
    return ", ".join(filter(None, [*lines, address.state, address.country or ""]))
