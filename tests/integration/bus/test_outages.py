"""The broker goes, stalls and comes back; the bus says so once, and needs nobody's help."""

import gc
import logging
import socket
import threading
from dataclasses import replace

import pytest
from kombu.entity import Queue

from printhub.core.bus.rabbit import RabbitBus
from printhub.core.model.errors import BusUnavailable, ConfigInvalid
from tests.integration.bus.conftest import QUICK, Kept, Listener, MakeBus, some
from tests.services import rabbitmq
from tests.services.proxy import Proxy
from tests.services.rabbitmq import Corner
from tests.services.waiting import wait_until

pytestmark = pytest.mark.rabbitmq


def owners() -> set[threading.Thread]:
    """The threads that own a connection."""
    return {thread for thread in threading.enumerate() if thread.name.startswith("bus-")}


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the log says of the broker's coming and going."""
    messages = [one.getMessage() for one in caplog.records if one.name.startswith("printhub")]
    return [next(word for word in ("cannot be used", "can be used again", "takes") if word in one) for one in messages]


def test_an_outage_is_told_once_and_its_end_once(
    bus: RabbitBus, proxy: Proxy, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    listeners = [Listener(bus), Listener(bus, "folder")]
    bus.publish([*some("mis"), *some("folder")])
    for listener in listeners:
        listener.drained(1)

    proxy.cut()
    wait_until(lambda: proxy.refused >= 9, "all three have tried again")
    with pytest.raises(BusUnavailable):
        bus.publish(some())
    assert not bus.usable
    assert told(caplog) == ["cannot be used"]

    proxy.heal()
    wait_until(lambda: bus.usable, "the bus can be used again")
    bus.publish([*some("mis"), *some("folder")])
    for listener in listeners:
        assert listener.drained(2) == 2  # the one that was not acked, and the new one
    assert told(caplog) == ["cannot be used", "can be used again"]
    assert "guest" not in caplog.text


def test_the_connection_is_cut_again_and_again_and_everything_arrives(bus: RabbitBus, proxy: Proxy) -> None:
    listener, seen, acked = Listener(bus), 0, 0
    for round_ in range(6):
        while True:
            try:
                bus.publish(some(count=10))
                break
            except BusUnavailable:
                listener.wake.wait(0.01)
        acked += 10
        while seen < acked:
            assert listener.wake.wait(15), f"{seen} of {acked} came in round {round_}"
            seen += listener.end.drain()
            listener.end.ack()
        proxy.drop()

    assert seen >= acked


def test_a_hub_starts_while_the_broker_is_away(make_bus: MakeBus, proxy: Proxy) -> None:
    proxy.cut()
    bus = make_bus(QUICK)
    listener = Listener(bus)
    with pytest.raises(BusUnavailable):
        bus.publish(some())
    assert listener.end.drain() == 0
    listener.end.ack()

    proxy.heal()
    wait_until(lambda: bus.usable, "the bus can be used")

    bus.publish(some())
    assert listener.drained(1) == 1


def test_a_closed_port_is_told_with_its_reason(kept: Kept, caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    bus = RabbitBus(f"amqp://me:s3cret@127.0.0.1:{port}//", ["mis"], kept, waits=QUICK)

    with pytest.raises(BusUnavailable, match=f"RabbitMQ at 127.0.0.1:{port} took none of 1 .*ConnectionRefusedError"):
        bus.publish(some())

    bus.close()
    assert told(caplog) == ["cannot be used"]
    assert "s3cret" not in caplog.text + repr(vars(bus._outage))  # noqa: SLF001 - what it knows must not be more


@pytest.mark.parametrize(
    ("who", "where", "why"),
    [("nobody:s3cret", "/", "ACCESS_REFUSED"), ("guest:guest", "no-such-vhost", "NOT_ALLOWED.*not found")],
)
def test_a_broker_that_does_not_let_us_in_says_why(
    corner: Corner, kept: Kept, caplog: pytest.LogCaptureFixture, who: str, where: str, why: str
) -> None:
    assert corner.namespace  # there is a broker
    host, port = rabbitmq.address()
    bus = RabbitBus(f"amqp://{who}@{host}:{port}/{where}", ["mis"], kept, waits=QUICK)

    with pytest.raises(BusUnavailable, match=why):
        bus.publish(some())
    bus.close()
    gc.collect()

    assert told(caplog) == ["cannot be used"]
    assert "s3cret" not in caplog.text


def test_a_bus_is_closed_at_once_while_the_broker_is_away(make_bus: MakeBus, proxy: Proxy) -> None:
    before = owners()
    bus = make_bus(replace(QUICK, first_pause=60, longest_pause=60))
    listener = Listener(bus)
    proxy.cut()
    wait_until(lambda: not bus.usable, "the loss is noticed")

    listener.end.close()
    bus.close()

    assert owners() <= before


def test_a_bus_is_closed_while_the_broker_says_nothing(bus: RabbitBus, proxy: Proxy) -> None:
    listener = Listener(bus)
    bus.publish(some())
    listener.drained(1)
    mine = owners()
    proxy.stall()

    listener.end.close()
    bus.close()

    assert not any(thread.is_alive() for thread in mine)


def test_closing_does_not_wait_for_a_connection_that_nobody_answers(kept: Kept) -> None:
    before = owners()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        waits = replace(QUICK, connect=0.5, close=0.05)
        bus = RabbitBus(f"amqp://127.0.0.1:{silent.getsockname()[1]}//", ["mis"], kept, waits=waits)
        subscription = bus.subscribe("mis", threading.Event())

        subscription.close()
        bus.close()

        assert len(owners() - before) == 2  # they are given up, and end by themselves
        wait_until(lambda: owners() <= before, "they have ended")


def test_an_announcement_that_finds_no_connection_is_given_up(kept: Kept) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        waits = replace(QUICK, connect=1, answer=0.2)
        bus = RabbitBus(f"amqp://127.0.0.1:{silent.getsockname()[1]}//", ["mis"], kept, waits=waits)

        with pytest.raises(BusUnavailable, match=r"no connection within 0\.2 s"):
            bus.publish(some())

        bus.close()


def test_a_broker_that_does_not_answer_declarations_is_given_up(make_bus: MakeBus, proxy: Proxy) -> None:
    bus = make_bus(replace(QUICK, connect=1, answer=0.3))
    bus.publish(some())
    proxy.stall(questions=False)
    proxy.drop()
    wait_until(lambda: not bus.usable, "the loss is noticed")
    connections = proxy.taken
    wait_until(lambda: proxy.taken > connections + 1, "one attempt is given up and another made")

    proxy.heal()

    wait_until(lambda: bus.usable, "the bus can be used again")


def test_an_idle_connection_is_kept_alive(make_bus: MakeBus, proxy: Proxy) -> None:
    bus = make_bus(replace(QUICK, heartbeat=1))
    listener = Listener(bus)
    bus.publish(some())
    listener.drained(1)
    before = proxy.asked

    # The subscriber does nothing, as one whose calls take long; a broker takes three silent seconds for death.
    wait_until(lambda: proxy.asked >= before + 2 * 2 * 8, "both connections have said twice that they live")

    assert proxy.taken == 2
    assert bus.usable


def test_a_peer_that_falls_silent_is_noticed(make_bus: MakeBus, proxy: Proxy) -> None:
    bus = make_bus(replace(QUICK, heartbeat=1))
    listener = Listener(bus)
    bus.publish(some())
    listener.drained(1)

    proxy.stall()

    wait_until(lambda: not bus.usable, "the silence is noticed")
    proxy.drop()
    proxy.heal()
    assert listener.drained(1) == 1


def test_a_queue_of_other_arguments_is_told_and_left_alone(
    corner: Corner, make_bus: MakeBus, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    name = corner.topology.queue("mis")
    Queue(name, durable=True, channel=corner.channel).declare()

    bus = make_bus(QUICK)
    with pytest.raises(BusUnavailable, match=f"PRECONDITION_FAILED.*{name}"):
        bus.publish(some())
    assert told(caplog) == ["cannot be used"]

    corner.remove("mis")
    wait_until(lambda: bus.usable, "the queue is declared as it should be")
    bus.publish(some())


@pytest.mark.parametrize("url", ["memory://", "filesystem://", "sqla+sqlite:///bus.db", "redis://127.0.0.1", "pgmq://"])
def test_a_bus_that_loses_messages_is_refused(kept: Kept, url: str) -> None:
    with pytest.raises(ConfigInvalid, match="amqp://"):
        RabbitBus(url, ["mis"], kept)
