"""What comes out of a queue: bounded, never decoded, acked in time or not at all."""

import logging
import zlib
from uuid import uuid4

import pytest

from printhub.core.bus.inbox import PREFETCH
from printhub.core.bus.rabbit import RabbitBus
from printhub.core.bus.subscription import LARGEST_KEPT
from printhub.core.bus.topology import DELIVERY_LIMIT
from printhub.core.model.errors import StoreUnavailable
from tests.integration.bus.conftest import Kept, Listener, published_at_last, some
from tests.services.proxy import Proxy
from tests.services.rabbitmq import Corner
from tests.services.waiting import wait_until

pytestmark = pytest.mark.rabbitmq


def test_what_was_not_acked_goes_to_whoever_consumes_next(bus: RabbitBus) -> None:
    first = Listener(bus)
    bus.publish(some(count=3))
    first.drained(3)

    first.end.close()

    second = Listener(bus)
    assert second.drained(3) == 3
    second.end.close()


def test_what_was_acked_just_before_leaving_is_acked(bus: RabbitBus, corner: Corner) -> None:
    listener = Listener(bus)
    bus.publish(some(count=3))
    listener.drained(3)

    listener.end.ack()
    listener.end.close()

    assert corner.count(corner.topology.queue("mis")) == 0


def test_two_processes_share_one_queue(bus: RabbitBus) -> None:
    listeners = [Listener(bus), Listener(bus)]
    for listener in listeners:  # both consume once both have had something
        while not listener.wake.wait(0.02):
            bus.publish(some())

    assert all(listener.drained(1) for listener in listeners)


def test_the_broker_hands_out_a_bounded_number(bus: RabbitBus, corner: Corner) -> None:
    listener = Listener(bus)
    bus.publish(some(count=PREFETCH + 20))

    assert listener.drained(PREFETCH) == PREFETCH
    assert corner.count(corner.topology.queue("mis")) == 20
    listener.end.ack()
    assert listener.drained(20) == 20


def test_draining_and_acking_do_not_wait_for_the_network(bus: RabbitBus, proxy: Proxy, corner: Corner) -> None:
    listener = Listener(bus)
    bus.publish(some(count=4))
    listener.drained(4)
    proxy.stall()

    listener.end.ack()
    assert [listener.end.drain() for _ in range(100)] == [0] * 100

    proxy.heal()
    listener.end.close()
    assert corner.count(corner.topology.queue("mis")) == 0


def test_an_ack_that_comes_after_its_connection_is_dropped(bus: RabbitBus, proxy: Proxy, corner: Corner) -> None:
    listener = Listener(bus)
    bus.publish(some(count=3))
    listener.drained(3)
    listener.end.ack()
    bus.publish(some(count=2))
    listener.drained(2)
    proxy.drop()
    assert listener.wake.wait(15)  # both come again, by another connection, on which their numbers are unknown
    published_at_last(bus)
    connections = proxy.taken

    listener.end.ack()

    assert listener.drained(3) == 3
    listener.end.ack()
    bus.publish(some())
    assert listener.drained(1) == 1
    listener.end.ack()
    listener.end.close()
    assert corner.count(corner.topology.queue("mis")) == 0
    assert proxy.taken == connections  # the broker closes a channel on which an unknown number is acked


def test_what_came_by_a_lost_connection_does_not_count_any_more(bus: RabbitBus, proxy: Proxy) -> None:
    listener = Listener(bus)
    bus.publish(some(count=2))
    listener.drained(2)
    listener.wake.clear()

    proxy.drop()

    assert listener.wake.wait(15)
    assert listener.drained(2) == 2
    listener.end.close()


def test_a_queue_that_is_removed_under_its_consumer_is_consumed_again(bus: RabbitBus, corner: Corner) -> None:
    listener = Listener(bus)
    bus.publish(some())
    listener.drained(1)

    corner.remove("mis")
    while not listener.wake.wait(0.05):
        bus.publish(some())

    assert listener.drained(1)


def test_a_message_that_nobody_acks_ends_among_the_dead_letters(bus: RabbitBus, corner: Corner) -> None:
    bus.publish(some())

    for _ in range(DELIVERY_LIMIT + 1):
        message = None
        while message is None:
            message = corner.channel.basic_get(corner.topology.queue("mis"))
        corner.channel.basic_reject(message.delivery_tag, requeue=True)

    wait_until(lambda: corner.count(corner.topology.dead) == 1, "it is among the dead letters")
    letter = corner.channel.basic_get(corner.topology.dead, no_ack=True)
    assert letter.headers["x-death"][0]["reason"] == "delivery_limit"


POISON: dict[str, tuple[bytes, dict[str, str]]] = {
    "no text": (b"\xff\xfe", {}),
    "JSON": (b'{"__type__": "decimal", "__value__": "1"}', {"content_type": "application/json"}),
    "empty": (b"", {}),
    "nearly an id": (str(uuid4())[:-1].encode(), {}),
    "another encoding": ("größer".encode("utf-16"), {"content_encoding": "utf-16"}),
    "an encoding that does not exist": (b"who knows", {"content_encoding": "no-such-encoding"}),
    "a serializer that runs code": (b"cos\nsystem\n.", {"content_type": "application/x-python-serialize"}),
}


@pytest.mark.parametrize("what", POISON)
def test_poison_is_kept_and_then_acked(bus: RabbitBus, corner: Corner, kept: Kept, what: str) -> None:
    body, properties = POISON[what]
    corner.put("mis", body, None, **properties)
    bus.publish(some())
    listener = Listener(bus)

    assert listener.drained(2) == 2
    listener.end.ack()
    listener.end.close()

    queue = corner.topology.queue("mis")
    assert kept.found == [(queue, body, "its body is not the id of a delivery")]
    assert corner.count(queue) == 0


def test_of_a_large_body_the_beginning_is_kept(bus: RabbitBus, corner: Corner, kept: Kept) -> None:
    body = b"x" * 1_000_000
    corner.put("mis", body)
    listener = Listener(bus)
    listener.drained(1)

    [(_, found, why)] = kept.found
    assert found == body[:LARGEST_KEPT]
    assert f"its first {LARGEST_KEPT} bytes of 1000000" in why


BOMB = zlib.compress(bytes(5_000_000))


@pytest.mark.parametrize("name", ["application/x-gzip", "zlib", "no-such-compression", "", ["odd"]])
def test_a_compressed_message_is_kept_as_it_is(bus: RabbitBus, corner: Corner, kept: Kept, name: object) -> None:
    corner.put("mis", BOMB, headers={"compression": name})
    listener = Listener(bus)

    assert listener.drained(1) == 1

    [(_, found, why)] = kept.found
    assert found == BOMB
    assert why


def test_an_id_that_claims_to_be_compressed_is_refused(bus: RabbitBus, corner: Corner, kept: Kept) -> None:
    corner.put("mis", str(uuid4()).encode(), headers={"compression": "application/x-gzip"})
    listener = Listener(bus)

    listener.drained(1)

    assert [why for _, _, why in kept.found] == ["it says that it is compressed"]


def test_poison_that_cannot_be_kept_is_not_acked_and_holds_nobody_up(
    bus: RabbitBus, corner: Corner, kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    kept.error = StoreUnavailable("the store is locked")
    corner.put("mis", b"poison")
    listener = Listener(bus)
    assert listener.wake.wait(15)
    assert [listener.end.drain() for _ in range(3)] == [0, 0, 0]
    bus.publish(some(count=2))
    assert listener.drained(2) == 2
    listener.end.ack()
    assert kept.found == []
    assert len([one for one in caplog.records if one.levelno == logging.ERROR]) == 1

    kept.error = None

    assert listener.end.drain() == 1
    listener.end.ack()
    listener.end.close()
    assert len(kept.found) == 1
    assert corner.count(corner.topology.queue("mis")) == 0


def test_poison_that_could_not_be_kept_comes_again_with_the_next_connection(
    bus: RabbitBus, corner: Corner, kept: Kept, proxy: Proxy
) -> None:
    kept.error = StoreUnavailable("the store is locked")
    corner.put("mis", b"poison")
    listener = Listener(bus)
    assert listener.wake.wait(15)
    listener.end.drain()
    proxy.drop()
    assert listener.wake.wait(15)

    kept.error = None

    assert listener.drained(1) == 1
    assert len(kept.found) == 1
