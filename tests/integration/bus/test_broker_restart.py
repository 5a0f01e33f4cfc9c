"""A real broker starts, runs short of memory, ends and starts again, under a bus that lives through it all."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from printhub.core.bus.rabbit import RabbitBus
from printhub.core.model.errors import BusUnavailable
from tests.integration.bus.conftest import QUICK, Kept, Listener, some
from tests.services import broker
from tests.services.broker import PrivateBroker
from tests.services.waiting import wait_until

pytestmark = pytest.mark.rabbitmq


@pytest.fixture
def private(tmp_path: Path) -> Iterator[PrivateBroker]:
    """A broker that is not started yet."""
    broker.required()
    prepared = PrivateBroker(tmp_path)
    yield prepared
    prepared.close()


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the log says of the broker."""
    messages = [one.getMessage() for one in caplog.records if one.name.startswith("printhub")]
    words = ("cannot be used", "can be used again", "takes no announcements", "takes announcements again")
    return [next(word for word in words if word in one) for one in messages]


def test_announcements_outlive_a_restart_of_the_broker(
    private: PrivateBroker, kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    bus = RabbitBus(private.url, ["mis", "folder"], kept, waits=QUICK)
    listener = Listener(bus)
    with pytest.raises(BusUnavailable):
        bus.publish(some())

    private.start()
    wait_until(lambda: bus.usable, "the bus has found its broker")
    bus.publish([*some("mis", 20), *some("folder", 30)])
    listener.drained(20)

    private.control("set_vm_memory_high_watermark", "0")
    with pytest.raises(BusUnavailable, match="memory or disk are short"):
        bus.publish(some())
    assert bus.blocked
    private.control("set_vm_memory_high_watermark", "0.9")
    wait_until(lambda: not bus.blocked, "the memory suffices again")
    bus.publish(some("folder"))
    blocked = ["takes no announcements", "takes announcements again"]

    private.control("stop_app")  # all but the Erlang machine, which takes longest to start
    wait_until(lambda: not bus.usable, "the loss is noticed")
    with pytest.raises(BusUnavailable):
        bus.publish(some())
    private.control("start_app")
    wait_until(lambda: bus.usable, "the bus has found its broker again")

    assert listener.drained(20) >= 20  # none was acked; the one that was published while it was blocked may be there
    listener.end.ack()
    assert Listener(bus, "folder").drained(31) == 31
    bus.publish(some())
    assert listener.drained(1) >= 1
    bus.close()
    outage = ["cannot be used", "can be used again"]
    assert told(caplog) == [*outage, *blocked, *outage]
    assert kept.found == []
