"""What every bus does: it wakes whoever works for an instance, and nothing depends on its getting through."""

import threading
import time
from collections.abc import Callable
from uuid import UUID, uuid4

from printhub.core.bus.bus import Bus, Subscription


def some(instance: str, count: int = 1) -> list[tuple[UUID, str]]:
    return [(uuid4(), instance) for _ in range(count)]


def drained(subscription: Subscription, wake: threading.Event, count: int) -> int:
    """How many messages wait to be acked, once as many have come."""
    until = time.monotonic() + 10
    while (found := subscription.drain()) < count:
        assert wake.wait(until - time.monotonic()), f"{found} of {count} messages came"
    return found


def test_a_subscriber_is_woken_and_finds_one_message_for_each_delivery(bus: Bus) -> None:
    wake = threading.Event()
    subscription = bus.subscribe("mis", wake)

    bus.publish(some("mis", 3))

    assert wake.wait(10)
    assert drained(subscription, wake, 3) == 3
    assert not wake.is_set()
    assert subscription.drain() == 3  # they wait until they are acked
    subscription.ack()
    assert subscription.drain() == 0
    subscription.close()


def test_to_look_where_nothing_is_does_not_wait(bus: Bus) -> None:
    subscription = bus.subscribe("mis", threading.Event())

    assert [subscription.drain() for _ in range(100)] == [0] * 100
    subscription.ack()
    subscription.close()


def test_only_those_who_are_meant_are_woken(bus: Bus) -> None:
    meant, other = threading.Event(), threading.Event()
    subscriptions = [bus.subscribe("mis", meant), bus.subscribe("folder", other)]

    bus.publish(some("mis"))

    assert drained(subscriptions[0], meant, 1) == 1
    assert not other.is_set()
    assert subscriptions[1].drain() == 0
    bus.publish(some("folder"))
    assert drained(subscriptions[1], other, 1) == 1
    for one in subscriptions:
        one.close()


def test_what_is_announced_to_an_instance_that_nobody_works_for_is_no_error(bus: Bus) -> None:
    wake = threading.Event()
    subscription = bus.subscribe("mis", wake)

    bus.publish([*some("set-aside"), *some("mis")])

    assert drained(subscription, wake, 1) == 1
    subscription.close()


def test_to_announce_nothing_is_no_error(bus: Bus) -> None:
    bus.publish([])


def test_to_announce_after_somebody_has_left_is_no_error(bus: Bus) -> None:
    bus.subscribe("mis", threading.Event()).close()

    bus.publish(some("mis", 2))


def test_what_was_acked_does_not_come_again(bus: Bus) -> None:
    wake = threading.Event()
    subscription = bus.subscribe("mis", wake)
    bus.publish(some("mis", 4))
    drained(subscription, wake, 4)
    subscription.ack()
    subscription.close()

    again = bus.subscribe("mis", wake)
    bus.publish(some("mis"))

    assert drained(again, wake, 1) == 1  # what comes again would come first
    again.close()


def test_a_wake_that_comes_while_draining_is_not_lost(bus: Bus) -> None:
    wake = threading.Event()
    subscription = bus.subscribe("mis", wake)
    seen, stop = [0], threading.Event()

    def consume() -> None:
        while not stop.is_set():
            if wake.wait(0.05):
                seen[0] += subscription.drain()
                subscription.ack()
            if seen[0] >= 200:
                stop.set()

    consumer = threading.Thread(target=consume)
    consumer.start()
    for _ in range(200):
        bus.publish(some("mis"))
    assert stop.wait(10), f"{seen[0]} of 200 were seen"
    consumer.join(10)
    subscription.close()

    assert seen[0] == 200


def test_many_messages_get_through_in_one_go(bus: Bus) -> None:
    wake = threading.Event()
    subscription = bus.subscribe("mis", wake)

    bus.publish(some("mis", 1000))

    seen = 0
    while seen < 1000:
        assert wake.wait(10), f"{seen} of 1000 were seen"
        seen += subscription.drain()
        subscription.ack()
    assert seen == 1000
    subscription.close()


def test_two_buses_do_not_hear_each_other(make_bus: Callable[[], Bus]) -> None:
    bus, other = make_bus(), make_bus()
    here, there = threading.Event(), threading.Event()
    subscriptions = [bus.subscribe("mis", here), other.subscribe("mis", there)]

    bus.publish(some("mis", 2))
    other.publish(some("mis", 1))

    assert drained(subscriptions[0], here, 2) == 2
    assert drained(subscriptions[1], there, 1) == 1
    for one in subscriptions:
        one.close()


def test_a_bus_can_be_closed_before_its_subscribers_leave(bus: Bus) -> None:
    subscription = bus.subscribe("mis", threading.Event())

    bus.close()

    subscription.close()
