"""What the storefronts say: the same events for the same seed, so that a repeated one is word for word the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from chaos.shop import ARTWORK, ROUTES, source

TOGETHER = 4
"""The most events that one order brings."""


@dataclass(frozen=True, slots=True)
class Stated:
    """One event, and what the checker has to know of it."""

    id: str
    storefront: str
    type: str
    order: str
    jobs: tuple[str, ...]
    """The jobs that it is about; those with files to print bear a `P` in their number."""
    time: datetime
    data: dict[str, Any]

    @property
    def paid(self) -> bool:
        """Whether it says that its order is paid."""
        stated = self.data["order"] if self.type == "printhub.order.placed" else self.data
        return bool(stated.get("payment_status") == "Paid")

    @property
    def body(self) -> dict[str, Any]:
        """The event as it goes over the wire."""
        return {
            "specversion": "1.0",
            "id": self.id,
            "source": source(self.storefront),
            "type": self.type,
            "time": self.time.isoformat(),
            "data": self.data,
        }


def steps(seed: int, began: datetime, artwork: str) -> Iterator[list[Stated]]:
    """Step after step for ever: a new order each time, and what there is to say of the ones before."""
    number = 0
    orders: list[list[Stated]] = []
    while True:
        orders.append(list(of_order(seed, number, began, artwork)))
        orders = orders[-TOGETHER:]
        newest = len(orders) - 1
        yield [order[newest - at] for at, order in enumerate(orders) if newest - at < len(order)]
        number += 1


def of_order(seed: int, number: int, began: datetime, artwork: str) -> Iterator[Stated]:
    """All events of one order, in the order in which they are stated."""
    random = Random(f"{seed}/{number}")  # noqa: S311 - it makes up orders
    storefront = random.choice(list(ROUTES))
    order = f"{storefront[0].upper()}{number:05}"
    jobs = [f"{order}-{place}{random.choice(['S', 'P'])}" for place in range(1, random.randint(1, 3) + 1)]
    begun = began + timedelta(seconds=number)

    def stated(place: int, type_: str, about: tuple[str, ...], data: dict[str, Any]) -> Stated:
        event = f"{order}/{place}"
        return Stated(event, storefront, type_, order, about, begun + timedelta(milliseconds=place), data)

    paid_at_once = random.random() < 0.5
    whole = {
        "id": order,
        "payment_status": "Paid" if paid_at_once else "Pending",
        "total": {"amount": "49.39", "currency": "EUR"},
        "customer": {"name": "Kim Sample", "email": "kim@customer.example"},
        "jobs": [_job(job, random.randint(1, 500), artwork) for job in jobs],
    }
    place = 1
    yield stated(place, "printhub.order.placed", tuple(jobs), {"order": whole})
    if not paid_at_once and random.random() < 0.85:
        place += 1
        paid = {"order": order, "payment_status": "Paid"}
        yield stated(place, "printhub.order.payment_changed", tuple(jobs), paid)
    if random.random() < 0.25:
        place += 1
        job = random.choice(jobs)
        yield stated(place, "printhub.job.changed", (job,), {"job": job, "quantity": random.randint(501, 999)})
    if random.random() < 0.15:
        place += 1
        yield stated(place, "printhub.order.cancelled", tuple(jobs), {"order": order, "why": "changed their mind"})


def _job(number: str, quantity: int, artwork: str) -> dict[str, Any]:
    if not number.endswith("P"):
        return {"id": number, "product_type": "Ordinary", "quantity": quantity}
    output: list[dict[str, Any]] = [{"name": ARTWORK, "url": artwork}]
    return {"id": number, "product_type": "Static", "quantity": quantity, "output": output}
