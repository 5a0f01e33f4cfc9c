"""Events that a storefront publishes to the hub's exchange: recorded once, then acked; bad ones are kept and shown."""

import threading
import zlib
from collections.abc import Iterator

import pytest
from amqp import Message

from printhub.core.bus.incoming import IncomingEvents
from printhub.core.bus.rabbit import RabbitBus
from printhub.core.flow.arrivals import KEPT, Arrivals
from printhub.core.model.envelope import check_event
from printhub.core.model.errors import StoreUnavailable
from printhub.testing import Script
from printhub.testing.memory_hub import MemoryHub
from tests.integration.bus.conftest import QUICK, MakeBus
from tests.invariants.shop import SOURCE, job, memory_hub, order
from tests.services.rabbitmq import Corner
from tests.services.waiting import wait_until

pytestmark = pytest.mark.rabbitmq


def placed(number: int) -> bytes:
    stated = {"id": f"e{number}", "source": SOURCE, "specversion": "1.0", "type": "printhub.order.placed"}
    return check_event({**stated, "data": order(f"O{number}", [job(f"J{number}")])}).to_json()


def publish(corner: Corner, body: bytes, headers: dict[str, object] | None = None, **properties: object) -> None:
    wait_until(lambda: corner.exists(corner.topology.intake), "the queue of events is there")
    corner.channel.queue_bind(corner.topology.intake, corner.topology.events, "#")  # as it is about to be bound
    message = Message(body, application_headers=headers, delivery_mode=2, **properties)
    corner.publish(message, exchange=corner.topology.events, routing_key="printhub.order.placed")


@pytest.fixture
def hub() -> Iterator[MemoryHub]:
    with memory_hub(Script()) as made:
        yield made


class Door:
    """A process's end of the exchange."""

    def __init__(self, bus: RabbitBus, hub: MemoryHub) -> None:
        self.wake = threading.Event()
        self.incoming: IncomingEvents = bus.incoming(self.wake, largest=KEPT)
        self.arrivals = Arrivals(self.incoming, hub.hub.intake)

    def taken(self, count: int) -> None:
        """Take in until so many messages came."""
        came = 0

        def enough() -> bool:
            nonlocal came
            came += self.arrivals.step()
            return came >= count

        wait_until(enough, f"{count} messages are taken in")


def test_what_is_published_is_recorded_and_then_acked(make_bus: MakeBus, corner: Corner, hub: MemoryHub) -> None:
    door = Door(make_bus(QUICK), hub)
    for number in range(3):
        publish(corner, placed(number))

    door.taken(3)

    assert [len(hub.deliveries(f"J{number}")) for number in range(3)] == [1, 1, 1]
    door.incoming.close()
    assert corner.count(corner.topology.intake) == 0


def test_what_was_recorded_and_not_acked_comes_again_and_is_one(
    make_bus: MakeBus, corner: Corner, hub: MemoryHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Door(make_bus(QUICK), hub)
    monkeypatch.setattr(first.incoming, "ack", lambda _received: None)  # the process dies between commit and ack
    publish(corner, placed(1))
    first.taken(1)
    first.incoming.close()

    second = Door(make_bus(QUICK), hub)
    second.taken(1)

    assert len(hub.deliveries("J1")) == 1
    assert hub.refused() == []


def test_while_the_store_is_away_nothing_is_acked(
    make_bus: MakeBus, corner: Corner, hub: MemoryHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = Door(make_bus(QUICK), hub)
    publish(corner, placed(1))
    wait_until(door.wake.is_set, "the event arrives")

    def away(*_: object) -> None:
        raise StoreUnavailable("the store is away")

    with monkeypatch.context() as faulty:
        faulty.setattr(hub.hub.intake, "take_raws", away)
        with pytest.raises(StoreUnavailable):
            door.arrivals.step()

    assert door.arrivals.step() == 1
    assert len(hub.deliveries("J1")) == 1


@pytest.mark.parametrize(
    ("body", "headers", "code"),
    [
        (b"", None, "not_json"),
        (b"\xff\xfe", None, "not_utf8"),
        (b"{}", None, "invalid"),
        (b'{"id":"1","source":"https://elsewhere","specversion":"1.0","type":"t"}', None, "unknown_source"),
        (b" " * (2 * 2**20), None, "too_large"),
        (zlib.compress(placed(7)), {"compression": "application/x-gzip"}, "foreign_message"),
    ],
)
def test_what_is_no_event_of_a_storefront_is_kept_and_shown_and_comes_no_more(
    make_bus: MakeBus, corner: Corner, hub: MemoryHub, body: bytes, headers: dict[str, object] | None, code: str
) -> None:
    door = Door(make_bus(QUICK), hub)
    publish(corner, body, headers)
    publish(corner, placed(1), content_type="application/data", content_encoding="binary")

    door.taken(2)

    assert [refusal.code for refusal in hub.refused()] == [code]
    assert len(hub.deliveries("J1")) == 1
    door.incoming.close()
    assert corner.count(corner.topology.intake) == 0
