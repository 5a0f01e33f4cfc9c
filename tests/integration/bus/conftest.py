"""A bus on RabbitMQ behind a proxy, so that its connections can be cut and stalled."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest

from printhub.core.bus.rabbit import RabbitBus
from printhub.core.bus.subscription import RabbitSubscription
from printhub.core.bus.waits import Waits
from printhub.core.model.errors import BusUnavailable
from tests.services import rabbitmq
from tests.services.proxy import Proxy
from tests.services.rabbitmq import Corner
from tests.services.waiting import wait_until

QUICK = Waits(connect=2, answer=5, settle=0.05, first_pause=0.02, longest_pause=0.1, close=0.5)


@pytest.fixture
def corner() -> Iterator[Corner]:
    """A namespace of its own."""
    rabbitmq.required()
    with Corner() as taken:
        yield taken


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """What every connection of the bus runs through."""
    rabbitmq.required()
    opened = Proxy(rabbitmq.address())
    yield opened
    opened.close()


@dataclass
class Kept:
    """What was handed over as no message of ours."""

    found: list[tuple[str, bytes, str]] = field(default_factory=list)
    error: Exception | None = None
    """Raised instead of keeping anything."""

    def __call__(self, queue: str, body: bytes, why: str) -> None:
        if self.error is not None:
            raise self.error
        self.found.append((queue, body, why))


@pytest.fixture
def kept() -> Kept:
    """Where poison goes."""
    return Kept()


MakeBus = Callable[[Waits], RabbitBus]


@pytest.fixture
def make_bus(corner: Corner, proxy: Proxy, kept: Kept) -> Iterator[MakeBus]:
    """Makes a bus in the corner, behind the proxy."""
    made: list[RabbitBus] = []

    def make(waits: Waits = QUICK) -> RabbitBus:
        host, port = rabbitmq.address()
        url = rabbitmq.URL.replace(f"{host}:{port}", f"127.0.0.1:{proxy.port}")
        made.append(RabbitBus(url, corner.instances, kept, namespace=corner.namespace, waits=waits))
        return made[-1]

    yield make
    for bus in made:
        bus.close()


@pytest.fixture
def bus(make_bus: MakeBus) -> RabbitBus:
    """A bus whose waits are short, and whose queues are declared."""
    opened = make_bus(QUICK)
    opened.publish([])
    return opened


class Listener:
    """One instance's subscription, and what it is woken by."""

    def __init__(self, bus: RabbitBus, instance: str = "mis") -> None:
        self.wake = threading.Event()
        self.end: RabbitSubscription = bus.subscribe(instance, self.wake)

    def drained(self, count: int) -> int:
        """How many messages wait to be acked, once as many have come."""
        until = time.monotonic() + 15
        while (found := self.end.drain()) < count:
            assert self.wake.wait(until - time.monotonic()), f"{found} of {count} messages came"
        return found


def some(instance: str = "mis", count: int = 1) -> list[tuple[UUID, str]]:
    """New announcements."""
    return [(uuid4(), instance) for _ in range(count)]


def published_at_last(bus: RabbitBus, instance: str = "mis") -> None:
    """Publish again and again, as the relay does, until it succeeds."""

    def succeeds() -> bool:
        try:
            bus.publish(some(instance))
        except BusUnavailable:
            return False
        return True

    wait_until(succeeds, "an announcement is taken")
