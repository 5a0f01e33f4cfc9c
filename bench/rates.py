"""How many events a hub accepts in a second, and how many deliveries it claims, compared between two stores.

Both are worked on in small slices in turn, so that what else the machine does hits both alike. A rate is told twice:
by the clock, which counts waiting for the disk and for other programs too, and by the time that the processor worked
for this process, all its threads together, which says what the work itself costs.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from pydantic import JsonValue
from uuid_utils.compat import uuid7

from printhub.core.flow.dispatcher import Work, Workbench
from printhub.core.hub import Hub
from printhub.testing.factories import an_event

SLICE = 20
"""Orders that are accepted, or deliveries that are claimed, before it is the other store's turn."""
JOBS = 2
"""Jobs that each order has."""
AT_ONCE = 4
"""Deliveries that one claim takes."""
CUSTOMER: JsonValue = {
    "name": "Kim Sample",
    "email": "kim@customer.example",
    "phone": "+49 30 123456",
    "company": "Sample Ltd",
}


@dataclass(slots=True)
class Taken:
    """How long a slice took, in seconds."""

    clock: float = 0.0
    processor: float = 0.0


@dataclass(frozen=True, slots=True)
class Compared:
    """How many a second on both stores, by one of the two measures, and the median of the slices' ratios."""

    small: float
    large: float
    ratio: float


def compared(rate: Callable[[Hub], Taken], small: Hub, large: Hub, slices: int) -> dict[str, Compared]:
    """The rates on both stores: by the `clock`, and by the time of the `processor`."""
    pairs = []
    for turn in range(slices + 1):
        first, second = (small, large) if turn % 2 else (large, small)
        one, other = rate(first), rate(second)
        pairs.append((one, other) if turn % 2 else (other, one))
    del pairs[0]  # what is looked at for the first time is slower
    return {
        by: Compared(
            SLICE * slices / sum(getattr(low, by) for low, _ in pairs),
            SLICE * slices / sum(getattr(high, by) for _, high in pairs),
            median(getattr(low, by) / getattr(high, by) for low, high in pairs),
        )
        for by in ("clock", "processor")
    }


def accepted(hub: Hub) -> Taken:
    """Hand in a slice of orders one by one, each in a commit of its own."""
    return _accept(hub, SLICE)


def claimed(hub: Hub) -> Taken:
    """Claim a slice of what new orders need, a few at a time; all that is due is carried out then."""
    _accept(hub, SLICE // JOBS)
    bench = next(bench for bench in hub.benches if bench.instance.name == "press")
    works: list[Work] = []
    with _timed() as taken:
        while len(works) < SLICE:
            found = bench.take(AT_ONCE)
            if not found:
                raise RuntimeError("there was nothing to claim")
            works += found
    _carry_out(bench, works)
    return taken


def _accept(hub: Hub, orders: int) -> Taken:
    events = [_an_order() for _ in range(orders)]
    with _timed() as taken:
        for raw in events:
            receipt = hub.intake.take_raw(raw)
            if not receipt.accepted:
                raise RuntimeError(f"the order was not accepted: {receipt.reason}")
    return taken


def _carry_out(bench: Workbench, works: list[Work]) -> None:
    caller = bench.caller()
    while works:
        for work in works:
            attempted = bench.work(work, caller)
            if attempted is not None:
                bench.conclude(attempted)
        works = bench.take(64)
    caller.close()


@contextmanager
def _timed() -> Iterator[Taken]:
    taken = Taken()
    began, worked = time.perf_counter(), time.process_time()
    yield taken
    taken.clock = time.perf_counter() - began
    taken.processor = time.process_time() - worked


def _an_order() -> bytes:
    number = uuid7().hex  # of a rising order, as storefronts number their orders
    jobs: JsonValue = [{"id": f"{number}-{place}", "product_type": "Ordinary"} for place in range(JOBS)]
    total: JsonValue = {"amount": "49.39", "currency": "EUR"}
    order: dict[str, JsonValue] = {
        "id": number,
        "jobs": jobs,
        "payment_status": "Paid",
        "total": total,
        "customer": CUSTOMER,
    }
    placed = an_event("printhub.order.placed", {"order": order}, source="https://shop.example", id=number)
    return placed.to_json()
