"""What operators look for: every filter by itself, common combinations, and such as match nothing, one job, or all."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from printhub.core.hub import Hub
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.jobs import ProductType
from printhub.core.model.known import Blocker
from printhub.core.model.orders import OrderStatus, PaymentStatus
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Mode
from printhub.core.store import finding
from printhub.core.store.store import Tx
from printhub.core.store.wanted import JobFilter

T = TypeVar("T")
PAGE = 50


@dataclass(frozen=True, slots=True)
class Measured:
    """How long one search took, in milliseconds by the clock, and of the processor's time.

    On a machine that does other things too the two differ. `found` is how many jobs its first page had.
    """

    name: str
    found: int
    times: tuple[float, ...]
    busy: tuple[float, ...]

    def percentile(self, share: float) -> float:
        """The time that this share of the runs kept within."""
        return _percentile(self.times, share)

    def busy_percentile(self, share: float) -> float:
        """The same of the processor's time."""
        return _percentile(self.busy, share)


def cases(hub: Hub) -> Iterator[tuple[str, JobFilter]]:
    """The searches, each with a name."""
    yield from _single(hub)
    yield from _combined()


def measure(hub: Hub, name: str, wanted: JobFilter, *, runs: int, starts: list[UUID]) -> Measured:
    """Run a search: its first page, the pages that follow, and pages from each of `starts` on."""
    times: list[float] = []
    busy: list[float] = []

    def page(after: UUID | None) -> tuple[int, UUID | None]:
        began, worked = time.perf_counter(), time.thread_time()
        answer = hub.store.read(lambda tx: _page(tx, wanted, after))
        times.append((time.perf_counter() - began) * 1000)
        busy.append((time.thread_time() - worked) * 1000)
        return answer

    found = 0
    for run in range(runs):
        count, after = page(None)
        found = count if run == 0 else found
        for _ in range(3):
            if after is not None:
                _, after = page(after)
        for start in starts:
            page(start)
    return Measured(name, found, tuple(times), tuple(busy))


def _percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def _page(tx: Tx, wanted: JobFilter, after: UUID | None) -> tuple[int, UUID | None]:
    page = finding.jobs(tx, wanted, after=after, limit=PAGE)
    if after is None:  # what `jobs list` asks with its first page
        finding.hidden(tx, wanted, empty=not page.items)
    return len(page.items), page.after


def _single(hub: Hub) -> Iterator[tuple[str, JobFilter]]:
    now = datetime.now(UTC)
    yield "nothing but the defaults", JobFilter()
    yield "cancelled and deleted too", JobFilter(cancelled=True, deleted=True)
    yield from _each("status", JobStatus, lambda one: JobFilter(statuses=(one,)))
    yield from _each("ever", JobStatus, lambda one: JobFilter(ever=(one,)))
    yield from _each("type", ProductType, lambda one: JobFilter(product_types=(one,)))
    yield from _each("order status", OrderStatus, lambda one: JobFilter(order_statuses=(one,)))
    yield from _each("payment", PaymentStatus, lambda one: JobFilter(payment_statuses=(one,)))
    yield from _each("storefront", (*hub.settings.storefronts, "nowhere"), lambda one: JobFilter(storefronts=(one,)))
    yield from _each("instance", (*hub.settings.instances, "nowhere"), lambda one: JobFilter(instances=(one,)))
    yield from _each("state", DeliveryState, lambda one: JobFilter(states=(one,)))
    yield from _each("blocker", Blocker, lambda one: JobFilter(blocker=one))
    yield from _each("mode", Mode, lambda one: JobFilter(mode=one))
    yield "unapproved", JobFilter(unapproved=True)
    yield "overdue", JobFilter(overdue=True)
    yield "unplanned", JobFilter(unplanned=True)
    for days in (1, 30, 365):
        yield f"of the last {days} days", JobFilter(known_since=now - timedelta(days=days))
        yield f"older than {days} days", JobFilter(known_until=now - timedelta(days=days))
    yield (
        "of one day a year ago",
        JobFilter(known_since=now - timedelta(days=365), known_until=now - timedelta(days=364)),
    )
    for text in ("W042100200-1", "REF-W042100200-1", "krüger", "customer.example", "nobody", "W0421", "ki", "10020"):
        yield f"text {text}", JobFilter(text=text)
        yield f"text {text}, ids only", JobFilter(text=text, ids_only=True)
    yield "order W042100200", JobFilter(order="W042100200")
    yield "order that is not there", JobFilter(order="Z1")


def _each(what: str, values: Iterable[T], wanted: Callable[[T], JobFilter]) -> Iterator[tuple[str, JobFilter]]:
    for value in values:
        yield f"{what} {value}", wanted(value)


def _combined() -> Iterator[tuple[str, JobFilter]]:
    now = datetime.now(UTC)
    week = now - timedelta(days=7)
    yield (
        "paid and shipped, of one storefront",
        JobFilter(payment_statuses=(PaymentStatus.PAID,), order_statuses=(OrderStatus.SHIPPED,), storefronts=("shop",)),
    )
    yield "failed, of the last week", JobFilter(states=("failed",), known_since=week)
    yield "failed at one instance", JobFilter(states=("failed",), instances=("press",))
    yield "held, paid", JobFilter(states=("held",), payment_statuses=(PaymentStatus.PAID,))
    yield "blocked, of one storefront", JobFilter(blocker=Blocker.BLOCKED, storefronts=("school",))
    yield "blocked, output created once", JobFilter(blocker=Blocker.BLOCKED, ever=(JobStatus.OUTPUT_CREATED,))
    yield (
        "cleaned up, ever failed at the MIS",
        JobFilter(statuses=(JobStatus.CLEAN_UP,), ever=(JobStatus.MIS_FAILED, JobStatus.MIS_PARTIALLY_FAILED)),
    )
    yield (
        "a type, paid, live",
        JobFilter(product_types=(ProductType.MULTI_PART,), payment_statuses=(PaymentStatus.PAID,), mode=Mode.LIVE),
    )
    yield (
        "several types, several statuses",
        JobFilter(
            product_types=(ProductType.STATIC, ProductType.DYNAMIC, ProductType.VARIABLE),
            statuses=(JobStatus.PRINTED, JobStatus.IN_PACKING, JobStatus.IN_FINISHING),
        ),
    )
    yield "two storefronts, shipped", JobFilter(storefronts=("shop", "trial"), statuses=(JobStatus.SHIPPED,))
    yield "a name, in production", JobFilter(text="krüger", statuses=(JobStatus.IN_PRODUCTION,))
    yield (
        "a name, paid, of one storefront",
        JobFilter(text="meyer", payment_statuses=(PaymentStatus.PAID,), storefronts=("shop",)),
    )
    yield "a name that all have, failed", JobFilter(text="customer.example", states=("failed",))
    yield "unapproved, unpaid", JobFilter(unapproved=True, payment_statuses=(PaymentStatus.PENDING,))
    yield (
        "released, shipped, a year ago",
        JobFilter(
            blocker=Blocker.RELEASED, order_statuses=(OrderStatus.SHIPPED,), known_until=now - timedelta(days=365)
        ),
    )
    yield "seen by one storefront's staff, failed", JobFilter(states=("failed",), seen_by=("school",))
    yield (
        "all that is common",
        JobFilter(
            payment_statuses=(PaymentStatus.PAID,),
            mode=Mode.LIVE,
            blocker=Blocker.NEVER,
            statuses=(JobStatus.CLEAN_UP,),
        ),
    )
    yield "nothing: a test storefront, live", JobFilter(storefronts=("trial",), mode=Mode.LIVE)
    yield (
        "nothing: cleaned up, of the last day",
        JobFilter(statuses=(JobStatus.CLEAN_UP,), known_since=now - timedelta(hours=1)),
    )
    yield (
        "nothing: shipped at one that never ships",
        JobFilter(storefronts=("nowhere",), statuses=(JobStatus.SHIPPED,), payment_statuses=(PaymentStatus.PAID,)),
    )
