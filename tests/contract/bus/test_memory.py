"""The embedded bus: it wakes whoever works for an instance, and nothing depends on its getting through."""

import gc
import threading
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from kombu import compression
from kombu.transport import memory

from printhub.core.bus.memory import MemoryBus


@pytest.fixture
def bus() -> Iterator[MemoryBus]:
    opened = MemoryBus()
    yield opened
    opened.close()


def some(instance: str, count: int = 1) -> list[tuple[UUID, str]]:
    return [(uuid4(), instance) for _ in range(count)]


def test_a_subscriber_is_woken_and_finds_one_message_for_each_delivery(bus: MemoryBus) -> None:
    wake = threading.Event()
    subscription = bus.subscribe("mis", wake)

    bus.publish(some("mis", 3))

    assert wake.is_set()
    assert subscription.drain() == 3
    assert not wake.is_set()
    subscription.ack()
    assert subscription.drain() == 0
    subscription.close()


def test_only_those_who_are_meant_are_woken(bus: MemoryBus) -> None:
    meant, other = threading.Event(), threading.Event()
    subscriptions = [bus.subscribe("mis", meant), bus.subscribe("folder", other)]

    bus.publish(some("mis"))

    assert (meant.is_set(), other.is_set()) == (True, False)
    assert [one.drain() for one in subscriptions] == [1, 0]
    for one in subscriptions:
        one.close()


def test_what_is_announced_to_an_instance_that_nobody_works_for_is_no_error(bus: MemoryBus) -> None:
    wake = threading.Event()
    subscription = bus.subscribe("mis", wake)

    bus.publish([*some("set-aside"), *some("mis")])

    assert subscription.drain() == 1
    subscription.close()


def test_to_announce_after_somebody_has_left_is_no_error(bus: MemoryBus) -> None:
    bus.subscribe("mis", threading.Event()).close()

    bus.publish(some("mis", 2))


def test_what_was_drained_and_not_acked_is_gone_with_its_subscriber(bus: MemoryBus) -> None:
    """Which is why the store is the truth: see the tests of the first invariant."""
    subscription = bus.subscribe("mis", threading.Event())
    bus.publish(some("mis", 2))
    assert subscription.drain() == 2

    subscription.close()

    again = bus.subscribe("mis", threading.Event())
    assert again.drain() == 0
    again.close()


def test_a_wake_that_comes_while_draining_is_not_lost(bus: MemoryBus) -> None:
    wake = threading.Event()
    subscription = bus.subscribe("mis", wake)
    seen, stop = [0], threading.Event()

    def consume() -> None:
        while not stop.is_set() or wake.is_set():
            if wake.wait(0.05):
                seen[0] += subscription.drain()
                subscription.ack()

    consumer = threading.Thread(target=consume)
    consumer.start()
    for _ in range(200):
        bus.publish(some("mis"))
    stop.set()
    consumer.join(10)
    subscription.close()

    assert not consumer.is_alive()
    assert seen[0] == 200


def test_two_buses_in_one_process_do_not_hear_each_other(bus: MemoryBus) -> None:
    other = MemoryBus()
    here, there = threading.Event(), threading.Event()
    subscriptions = [bus.subscribe("mis", here), other.subscribe("mis", there)]

    bus.publish(some("mis", 2))
    other.publish(some("mis", 1))

    assert [one.drain() for one in subscriptions] == [2, 1]
    for one in subscriptions:
        one.close()
    other.close()


def test_a_closed_bus_leaves_no_queue_behind() -> None:
    before = set(memory.Channel.queues)
    bus = MemoryBus()
    subscription = bus.subscribe("mis", threading.Event())
    bus.publish(some("mis", 5))
    assert set(memory.Channel.queues) != before

    subscription.close()
    bus.close()
    gc.collect()

    assert set(memory.Channel.queues) == before


@pytest.mark.parametrize("name", ["application/x-gzip", "gzip", "zlib", "bzip2"])
def test_a_compressed_message_is_never_unpacked(bus: MemoryBus, name: str) -> None:
    assert bus is not None  # making one is what takes kombu's decompressors away

    with pytest.raises(ValueError, match="no compressed messages"):
        compression.decompress(b"x\x9c", name)
