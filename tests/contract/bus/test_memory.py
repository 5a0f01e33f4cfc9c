"""What only the embedded bus does; the rest is in test_bus.py."""

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


def test_what_was_drained_and_not_acked_is_gone_with_its_subscriber(bus: MemoryBus) -> None:
    """Which is why the store is the truth: see the tests of the first invariant."""
    subscription = bus.subscribe("mis", threading.Event())
    bus.publish(some("mis", 2))
    assert subscription.drain() == 2

    subscription.close()

    again = bus.subscribe("mis", threading.Event())
    assert again.drain() == 0
    again.close()


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
