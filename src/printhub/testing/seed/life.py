"""What happens to one order from its placing to its end, as the events that a storefront states."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from printhub.core.model.jobs import ProductType
from printhub.core.model.statuses import JobStatus
from printhub.testing.seed.people import customer

MARK = "~"
"""Stands in every number and name where a copy of the order gets a tag of its own."""

_TYPES = {
    ProductType.STATIC: 30,
    ProductType.MULTI_PART: 25,
    ProductType.DYNAMIC: 14,
    ProductType.VARIABLE: 10,
    ProductType.ORDINARY: 9,
    ProductType.UPLOADABLE_DYNAMIC: 7,
    ProductType.SYMPHONY: 4,
    ProductType.CUSTOM: 1,
}
_OF_OUTPUT = (JobStatus.EXTERNAL_OUTPUT_REQUESTED, JobStatus.EXTERNAL_OUTPUT_JOB_CLOSED)
_OF_PRODUCTION = (
    JobStatus.IN_PRODUCTION,
    JobStatus.IN_ARTWORKING,
    JobStatus.IN_REPROGRAPHICS,
    JobStatus.PRINTED,
    JobStatus.IN_FINISHING,
    JobStatus.IN_PACKING,
)
_ODD = (
    JobStatus.NOTHING,
    JobStatus.CREATING,
    JobStatus.TEMPLATE_PRODUCT_CREATED,
    JobStatus.TEMPLATE_PRODUCT_CREATION_FAILED,
    JobStatus.APPROVAL_JOB_UPDATED,
    JobStatus.READY_FOR_COLLECTION,
    JobStatus.IN_HOT_FOLDER,
    JobStatus.COPY_TO_HOT_FOLDER_FAILED,
    JobStatus.COPY_TO_HOT_FOLDER_SKIPPED,
    JobStatus.CUSTOM_STATUS,
    JobStatus.CUSTOM_STATUS_HIDDEN,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a storefront, so long after the order was placed."""

    after: timedelta
    type: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Life:
    """An order: the numbers of its jobs, and its events in the order of their times."""

    jobs: tuple[str, ...]
    steps: tuple[Step, ...]


def live(random: Random, number: str, *, settled: bool) -> Life:
    """Make up an order; a `settled` one comes to an end nearly always, others are caught anywhere on their way."""
    kinds = random.choices(list(_TYPES), list(_TYPES.values()), k=random.choices((1, 2, 3, 4), (35, 40, 20, 5))[0])
    jobs = [_job(random, f"{number}-{place}", kind) for place, kind in enumerate(kinds, 1)]
    steps = [*_placed(random, number, jobs, settled=settled)]
    ends = 1.0 if random.random() < (0.985 if settled else 0.1) else random.random()
    minutes = 4.0
    for job in jobs:
        for type_, data in _job_events(random, job):
            minutes += random.expovariate(1 / 40) + 1
            steps.append(Step(timedelta(minutes=minutes), f"printhub.job.{type_}", {"job": job["id"], **data}))
    for type_, data in _order_ends(random, number):
        minutes += random.expovariate(1 / 300) + 5
        steps.append(Step(timedelta(minutes=minutes), f"printhub.order.{type_}", {"order": number, **data}))
    kept = steps[: max(1, round(len(steps) * ends))]
    if random.random() < 0.03:
        jobs.append(_job(random, f"{number}-X", ProductType.EXTERNAL) | {"output": [_file(f"{number}-X")]})
        kept.append(Step(timedelta(minutes=minutes), "printhub.job.created", {"job": jobs[-1]}))
    return Life(tuple(job["id"] for job in jobs), tuple(kept))


def _job(random: Random, number: str, kind: ProductType) -> dict[str, Any]:
    product = random.choice(("Business cards", "Flyer A6", "Brochure", "Poster A2", "Letterhead", "Roll-up", "Menu"))
    job: dict[str, Any] = {"id": number, "product_type": str(kind), "product": product}
    job["quantity"] = random.choice((50, 100, 250, 500, 1000))
    job["attributes"] = {"material": random.choice(("silk", "matt", "recycled")), "size": random.choice(("A4", "A6"))}
    if random.random() < 0.3:
        job["external_reference"] = f"EXT-{number}"
    if kind is ProductType.STATIC:
        job["output"] = [_file(number)]
    if kind is ProductType.MULTI_PART:
        job["parts"] = [{"id": "cover", "artwork": _file(f"{number}-cover")}]
    if random.random() < 0.03:
        job["approval"] = random.choice(("awaiting", "rejected"))
    return job


def _file(number: str) -> dict[str, Any]:
    return {"name": f"{number}.pdf", "url": f"https://files.example/{number}.pdf"}


def _placed(random: Random, number: str, jobs: Sequence[dict[str, Any]], *, settled: bool) -> Iterator[Step]:
    status = random.choices(("Paid", "Pending", "Authorized", "Processing", "Voided"), (80, 12, 4, 3, 1))[0]
    order: dict[str, Any] = {"id": number, "jobs": list(jobs), "payment_status": status, "status": "Pending"}
    order["total"] = {"amount": f"{random.randint(900, 90000) / 100:.2f}", "currency": "EUR"}
    order["customer"] = customer(random, MARK)
    if random.random() < 0.02:
        order["approval"] = random.choice(("awaiting", "partially_approved"))
    yield Step(timedelta(), "printhub.order.placed", {"order": order})
    if status != "Paid" and random.random() < (0.97 if settled else 0.5):
        paid = {"order": number, "payment_status": "Paid"}
        yield Step(timedelta(minutes=2), "printhub.order.payment_changed", paid)
    yield Step(timedelta(minutes=3), "printhub.order.status_changed", {"order": number, "status": "Processing"})


def _job_events(random: Random, job: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    if random.random() < 0.06:
        yield "blocked", {"why": "looks odd"}
        if random.random() < 0.9:
            yield "released", {}
    if job["product_type"] not in ("Static", "Ordinary"):
        yield "output_started", {}
        if random.random() < 0.02:
            yield "output_failed", {"detail": "a font is missing"}
        yield "output_created", {"output": [_file(job["id"])]}
    if random.random() < 0.05:
        yield from _awaits(random)
    yield from _produced(random)
    if random.random() < 0.03:
        yield "artwork_uploaded", {"artwork": _file(f"{job['id']}-new")}
        yield "recreation_requested", {}
        yield "output_created", {"output": [_file(f"{job['id']}-again")]}
    if random.random() < 0.01:
        yield "output_deleted", {}


def _produced(random: Random) -> Iterator[tuple[str, dict[str, Any]]]:
    for status in (*_OF_OUTPUT, *_OF_PRODUCTION):
        if random.random() < (0.02 if status in _OF_OUTPUT else 0.75):
            yield "progressed", {"status": str(status)}
    if random.random() < 0.1:
        status = random.choice(_ODD)
        label = {"label": "Awaiting courier"} if status.startswith("Custom") else {}
        yield "progressed", {"status": str(status), **label}


def _awaits(random: Random) -> Iterator[tuple[str, dict[str, Any]]]:
    match random.randrange(5):
        case 0:
            yield "awaiting", {"matter": "proof"}
            yield "approved", {"matter": "proof"}
        case 1:
            yield "awaiting", {"matter": "data"}
            yield "verified", {}
        case 2:
            yield "awaiting", {"matter": "parts"}
            yield "awaited", {"matter": "parts"}
        case 3:
            yield "validation_failed", {"detail": "bleed is missing"}
            yield "validation_finished", {}
        case _:
            yield "approval_requested", {}
            yield "rejected", {"why": "wrong logo"}
            yield "approved", {}


def _order_ends(random: Random, number: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if random.random() < 0.04:
        yield "cancelled", {"why": "ordered twice"}
    else:
        yield "shipped", {"shipment": {"id": f"P-{number}", "carrier": "parcel"}}
        yield "status_changed", {"status": random.choice(("Shipped", "Complete"))}
    if random.random() < 0.02:
        yield "payment_changed", {"payment_status": random.choice(("PartiallyRefunded", "Refunded", "Voided"))}
    if random.random() < 0.01:
        yield "approval_changed", {"approval": random.choice(("partially_approved", "approved", "rejected"))}
    if random.random() < 0.01:
        yield "deleted", {}
