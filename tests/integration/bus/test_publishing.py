"""What counts as announced is on RabbitMQ, whatever happens to confirms and connections."""

import logging
import threading
from dataclasses import replace

import pytest

from printhub.core.bus.rabbit import RabbitBus
from printhub.core.model.errors import BusUnavailable
from tests.integration.bus.conftest import QUICK, Listener, MakeBus, published_at_last, some
from tests.integration.bus.frames import BLOCKED, UNBLOCKED, ack, nack
from tests.services.proxy import Proxy
from tests.services.rabbitmq import Corner
from tests.services.waiting import wait_until

pytestmark = pytest.mark.rabbitmq
IMPATIENT = replace(QUICK, answer=0.6)


class Announcing:
    """A batch that is published by another thread."""

    def __init__(self, bus: RabbitBus, count: int = 1) -> None:
        self.error: BusUnavailable | None = None
        self._bus = bus
        self._ids = some(count=count)
        self._thread = threading.Thread(target=self._publish)
        self._thread.start()

    def refused(self) -> str:
        self._thread.join(15)
        assert not self._thread.is_alive()
        assert self.error is not None, "it counts as announced"
        return str(self.error)

    def _publish(self) -> None:
        try:
            self._bus.publish(self._ids)
        except BusUnavailable as error:
            self.error = error


def test_a_message_is_the_id_as_text_and_nothing_else(bus: RabbitBus, corner: Corner) -> None:
    [(id_, instance)] = ids = some()

    bus.publish(ids)

    message = corner.channel.basic_get(corner.topology.queue(instance), no_ack=True)
    assert message.body == str(id_)
    properties = {"content_type": "text/plain", "content_encoding": "utf-8", "delivery_mode": 2, "message_id": str(id_)}
    assert message.properties | properties == message.properties
    assert set(message.headers) <= {"x-delivery-count"}  # the queue's own


def test_what_was_published_is_in_its_queue_when_publish_returns(bus: RabbitBus, corner: Corner) -> None:
    bus.publish([*some("mis", 150), *some("folder", 50)])

    assert [corner.count(corner.topology.queue(one)) for one in ("mis", "folder")] == [150, 50]


def test_a_confirm_that_does_not_come_is_waited_for_with_an_end(make_bus: MakeBus, proxy: Proxy) -> None:
    bus = make_bus(IMPATIENT)
    bus.publish(some())
    proxy.stall(questions=False)

    with pytest.raises(BusUnavailable, match="took none of 3 announcements for certain: TimeoutError"):
        bus.publish(some(count=3))

    proxy.heal()
    published_at_last(bus)
    assert proxy.taken == 2  # the connection of the doubt was given up


def test_heartbeats_do_not_prolong_the_wait_for_a_confirm(make_bus: MakeBus, proxy: Proxy) -> None:
    bus = make_bus(IMPATIENT)
    bus.publish(some())
    proxy.stall()
    announcing, over = Announcing(bus), threading.Event()

    def beat() -> None:
        while not over.wait(0.05):
            proxy.say(b"\x08\x00\x00\x00\x00\x00\x00\xce")

    heart = threading.Thread(target=beat)
    heart.start()
    try:
        assert "TimeoutError" in announcing.refused()
    finally:
        over.set()
        heart.join()
        proxy.heal()


def test_a_confirm_that_comes_late_never_passes_for_a_fresh_one(make_bus: MakeBus, proxy: Proxy) -> None:
    bus = make_bus(IMPATIENT)
    bus.publish(some())
    # The first batch reaches the broker, and is given up before its confirm comes back; the connection stays.
    proxy.stall(questions=False)
    first = Announcing(bus)
    wait_until(lambda: proxy.asked > 0, "it is under way")
    proxy.say(BLOCKED)
    first.refused()
    proxy.say(UNBLOCKED)
    wait_until(lambda: not bus.blocked, "the bus may publish again")
    assert proxy.taken == 1

    # The second never reaches the broker, and while it is waited for the first one's confirm arrives.
    proxy.stall(answers=False)
    second = Announcing(bus)
    proxy.heal(questions=False)

    assert "TimeoutError" in second.refused()


def test_a_confirm_counts_for_its_own_message_alone(make_bus: MakeBus, proxy: Proxy) -> None:
    bus = make_bus(replace(QUICK, answer=3))  # long enough for what is said in the broker's name to be heard
    bus.publish(some())
    proxy.stall()
    before = proxy.asked
    announcing = Announcing(bus, count=2)
    wait_until(lambda: proxy.asked > before, "both are under way")

    for number in (1, 2, 2, 99):
        proxy.say(ack(number))

    announcing.refused()  # of its messages, 2 and 3, only the first was confirmed
    proxy.heal()


def test_what_goes_to_a_missing_exchange_is_not_announced(bus: RabbitBus, corner: Corner) -> None:
    corner.channel.exchange_delete(corner.topology.exchange)

    with pytest.raises(BusUnavailable, match="NOT_FOUND"):
        bus.publish(some())

    published_at_last(bus)  # the next connection declares it anew
    assert corner.count(corner.topology.queue("mis")) == 1


def test_nothing_is_sent_again_behind_the_relays_back(bus: RabbitBus, proxy: Proxy, corner: Corner) -> None:
    proxy.stall(answers=False)
    announcing = Announcing(bus)
    proxy.drop()
    announcing.refused()
    proxy.heal()

    published_at_last(bus)

    assert corner.count(corner.topology.queue("mis")) == 1


def test_while_the_broker_is_known_to_be_away_nothing_is_waited_for(bus: RabbitBus, proxy: Proxy) -> None:
    proxy.cut()
    wait_until(lambda: not bus.usable, "the loss is noticed")
    proxy.stall()  # nobody would answer any more

    for _ in range(50):
        with pytest.raises(BusUnavailable):
            bus.publish(some())


def test_an_announcement_without_a_queue_is_a_fault_that_is_told_once(
    bus: RabbitBus, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        bus.publish([*some("gone"), *some("mis")])

    assert bus.faults == {"gone"}
    told = [one.getMessage() for one in caplog.records if one.levelno == logging.ERROR]
    assert len(told) == 1
    assert "announcements to instance gone do not get through: there is no queue for them" in told[0]
    assert bus.usable


def test_a_queue_that_somebody_removed_is_made_again(
    bus: RabbitBus, corner: Corner, caplog: pytest.LogCaptureFixture
) -> None:
    corner.remove("folder")

    bus.publish(some("folder"))
    assert bus.faults == {"folder"}
    bus.publish(some("folder"))

    assert bus.faults == frozenset()
    assert corner.count(corner.topology.queue("folder")) == 1
    assert len([one for one in caplog.records if one.levelno == logging.ERROR]) == 1


def test_a_queue_that_takes_nothing_is_a_fault_of_its_instance_alone(
    bus: RabbitBus, proxy: Proxy, caplog: pytest.LogCaptureFixture
) -> None:
    bus.publish(some())
    proxy.stall()
    ids = [*some("mis"), *some("folder")]
    publishing = threading.Thread(target=lambda: bus.publish(ids))
    before = proxy.asked
    publishing.start()
    wait_until(lambda: proxy.asked > before, "both are under way")

    proxy.say(ack(2) + nack(3))
    publishing.join(15)
    proxy.heal()

    assert bus.faults == {"folder"}
    assert "instance folder do not get through: its queue takes none" in caplog.text


def test_a_broker_that_is_short_of_memory_is_not_pressed(
    bus: RabbitBus, proxy: Proxy, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    proxy.say(BLOCKED + BLOCKED)
    wait_until(lambda: bus.blocked, "the bus knows")
    before = proxy.asked

    for _ in range(3):
        with pytest.raises(BusUnavailable, match="memory or disk are short"):
            bus.publish(some())
    assert proxy.asked == before

    proxy.say(UNBLOCKED)
    wait_until(lambda: not bus.blocked, "the bus knows that it may go on")
    bus.publish(some())
    told = [one.getMessage() for one in caplog.records if "takes" in one.getMessage()]
    assert [one.split(" takes ")[1] for one in told] == [
        "no announcements for now: its memory or disk are short",
        "announcements again",
    ]
    assert proxy.taken == 1


def test_to_publish_on_a_closed_bus_is_refused(bus: RabbitBus) -> None:
    bus.close()

    with pytest.raises(BusUnavailable, match="the bus is closed"):
        bus.publish(some())


def test_closing_does_not_wait_for_a_confirm(bus: RabbitBus, proxy: Proxy) -> None:
    bus.publish(some())
    proxy.stall()
    before = proxy.asked
    announcing = Announcing(bus)
    wait_until(lambda: proxy.asked > before, "it is under way")

    bus.close()

    assert not [thread for thread in threading.enumerate() if thread.name == "bus-publisher"]
    announcing.refused()


def test_announcements_wait_for_those_who_come_later(bus: RabbitBus) -> None:
    bus.publish(some(count=5))

    listener = Listener(bus)

    assert listener.drained(5) == 5
    listener.end.close()
