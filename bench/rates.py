"""How many events a hub accepts in a second, and how many deliveries it claims, on a store of any size."""

import time

from pydantic import JsonValue
from uuid_utils.compat import uuid7

from printhub.core.flow.dispatcher import Work
from printhub.core.hub import Hub
from printhub.testing.factories import an_event

EVENTS = 100
"""Orders that are accepted in one round."""
CUSTOMER: JsonValue = {
    "name": "Kim Sample",
    "email": "kim@customer.example",
    "phone": "+49 30 123456",
    "company": "Sample Ltd",
}


def accepted(hub: Hub) -> float:
    """Hand in orders one by one, each in a commit of its own; returns how many a second."""
    events = []
    for _ in range(EVENTS):
        number = uuid7().hex  # of a rising order, as storefronts number their orders
        jobs: JsonValue = [{"id": f"{number}-{place}", "product_type": "Ordinary"} for place in (1, 2)]
        total: JsonValue = {"amount": "49.39", "currency": "EUR"}
        order: dict[str, JsonValue] = {
            "id": number,
            "jobs": jobs,
            "payment_status": "Paid",
            "total": total,
            "customer": CUSTOMER,
        }
        placed = an_event("printhub.order.placed", {"order": order}, source="https://shop.example", id=number)
        events.append(placed.to_json())
    began = time.perf_counter()
    for raw in events:
        receipt = hub.intake.take_raw(raw)
        if not receipt.accepted:
            raise RuntimeError(f"the order was not accepted: {receipt.reason}")
    return EVENTS / (time.perf_counter() - began)


def claimed(hub: Hub) -> float:
    """Claim what new orders need, a few at a time; returns how many a second. What was claimed is carried out then."""
    accepted(hub)
    bench = next(bench for bench in hub.benches if bench.instance.name == "press")
    taken: list[Work] = []
    began = time.perf_counter()
    while len(taken) < EVENTS:
        found = bench.take(4)
        if not found:
            raise RuntimeError("there was nothing to claim")
        taken += found
    rate = len(taken) / (time.perf_counter() - began)
    caller = bench.caller()
    while taken:
        for work in taken:
            attempted = bench.work(work, caller)
            if attempted is not None:
                bench.conclude(attempted)
        taken = bench.take(64)
    caller.close()
    return rate
