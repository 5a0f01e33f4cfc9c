"""What the storefront states in a scenario: an act of a step → the event's type and what its data adds."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from tests.scenarios.words import Step, duration
from tests.scenarios.world import JOB, ORDER, World

Fact = tuple[str, dict[str, Any]]


def an_order(world: World, options: Mapping[str, str]) -> dict[str, Any]:
    """An order of as many jobs as `jobs` says, paid and free to go unless the options say otherwise."""
    order: dict[str, Any] = {
        "id": ORDER,
        "jobs": [a_job(world, f"J{number + 1}", options) for number in range(int(options.get("jobs", "1")))],
        "payment_status": options.get("payment", "Paid"),
        "test_payment": options.get("test_payment") == "yes",
        "approval": options.get("approval", "not_required"),
        "total": {"amount": options.get("total", "49.39"), "currency": "EUR"},
        "test": options.get("test") == "yes",
    }
    order |= people(world)
    if "child" in options:
        order["jobs"].append(a_job(world, options["child"], {}) | {"parent": JOB})
    if "release_in" in options:
        order["release_at"] = (world.clock() + duration(options["release_in"])).isoformat()
    if "release_on" in options:
        order["release_on"] = options["release_on"]
    return order


def people(world: World) -> dict[str, Any]:
    """Who placed the order, and where they live, if they told."""
    kim = {"name": "Kim Sample", "email": "kim@customer.example", "phone": "+4915123456789", "language": "en"}
    home = {"name": "Kim Sample", "address1": "1 Sample Street", "postcode": "10115", "town": "Berlin", "country": "DE"}
    billing = home if world.setup.address else {}
    other = {"email": "accounts@customer.example"} if world.setup.other_email else {}
    return {"customer": kim, "billing_address": billing | other, "payment_url": "https://shop.example/pay/O1"}


def a_job(world: World, number: str, options: Mapping[str, str]) -> dict[str, Any]:
    """A job with its output there from the start, one file for each part, unless the options say otherwise."""
    parts = [f"p{count + 1}" for count in range(int(options.get("parts", "0")))]
    output = [world.asset(f"{number}-{part}.pdf", part) for part in parts] or [world.asset(f"{number}.pdf")]
    return {
        "id": number,
        "product_type": options.get("type", "Static"),
        "quantity": int(options.get("quantity", "100")),
        "parts": [{"id": part} for part in parts],
        "output": [] if options.get("output") == "none" else output,
    }


def _payment(_world: World, step: Step) -> Fact:
    status, *test = step.words
    return "printhub.order.payment_changed", {"payment_status": status, "test_payment": test == ["test"]}


def _approval(_world: World, step: Step) -> Fact:
    return "printhub.order.approval_changed", {"approval": step.words[0]}


def _approved(_world: World, step: Step) -> Fact:
    return "printhub.job.approved", {"matter": "proof"} if step.words == ("proof",) else {}


def _scheduled(world: World, step: Step) -> Fact:
    if step.words[0] == "on":
        return "printhub.order.scheduled", {"release_on": step.words[1]}
    at = None if step.words == ("now",) else (world.clock() + duration(step.words[-1])).isoformat()
    return "printhub.order.scheduled", {"release_at": at}


def _changed(_world: World, step: Step) -> Fact:
    return "printhub.job.changed", {"quantity": int(step.options["quantity"])}


def _output_created(world: World, _step: Step) -> Fact:
    return "printhub.job.output_created", {"output": [world.asset(f"{JOB}-made.pdf")]}


def _artwork_uploaded(world: World, _step: Step) -> Fact:
    return "printhub.job.artwork_uploaded", {"artwork": world.asset(f"{JOB}-new.pdf")}


def _of_job(type_: str) -> Callable[[World, Step], Fact]:
    return lambda _world, _step: (f"printhub.job.{type_}", {})


def _note(_world: World, step: Step) -> Fact:
    note = {"id": step.options.get("note", "N1"), "text": "The courier comes on Monday."}
    return "printhub.order.note_added", {"note": note | {"for_customer": step.words != ("internal",)}}


def _refunded(_world: World, step: Step) -> Fact:
    given = {"payment_status": "PartiallyRefunded", "refund": step.words[0]}
    return "printhub.order.payment_changed", given | {"refunded": {"amount": "10.00", "currency": "EUR"}}


def _shipped(_world: World, step: Step) -> Fact:
    return "printhub.order.shipped", {"shipment": {"id": step.options.get("parcel", "S1")}}


def _statement(world: World, step: Step) -> Fact:
    statement = {"id": step.words[0], "number": "2026-17", "document": world.asset("invoice.pdf")}
    return "printhub.order.statement_issued", {"statement": statement}


def _of_matter(type_: str) -> Callable[[World, Step], Fact]:
    return lambda _world, step: (f"printhub.job.{type_}", {"matter": step.words[0]})


FACTS: Mapping[str, Callable[[World, Step], Fact]] = MappingProxyType(
    {
        "payment": _payment,
        "approval": _approval,
        "approval requested": _of_job("approval_requested"),
        "approved": _approved,
        "rejected": _of_job("rejected"),
        "blocked": _of_job("blocked"),
        "released": _of_job("released"),
        "awaiting": _of_matter("awaiting"),
        "awaited": _of_matter("awaited"),
        "verified": _of_job("verified"),
        "validation failed": _of_job("validation_failed"),
        "validation finished": _of_job("validation_finished"),
        "output started": _of_job("output_started"),
        "output created": _output_created,
        "output failed": _of_job("output_failed"),
        "output deleted": _of_job("output_deleted"),
        "recreation requested": _of_job("recreation_requested"),
        "artwork uploaded": _artwork_uploaded,
        "scheduled": _scheduled,
        "cancelled": lambda _world, _step: ("printhub.order.cancelled", {}),
        "job cancelled": _of_job("cancelled"),
        "order status": lambda _world, step: ("printhub.order.status_changed", {"status": step.words[0]}),
        "changed": _changed,
        "po": lambda _world, step: ("printhub.order.changed", {"po_number": step.words[0]}),
        "shipped": _shipped,
        "note": _note,
        "refunded": _refunded,
        "statement": _statement,
        "progressed": lambda _world, step: ("printhub.job.progressed", {"status": step.words[0]}),
    }
)
"""Every act that is one event of the storefront."""
