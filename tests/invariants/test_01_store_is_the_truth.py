"""Invariant 1: the store is the truth, the bus is the wake-up call."""

import threading
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

import pytest
from kombu.transport import memory

from printhub.core.bus.memory import MemoryBus, Subscription
from printhub.core.bus.topology import EXCHANGE
from printhub.core.flow.dispatcher import Dispatcher
from printhub.core.flow.relay import Relay
from printhub.core.model.call import Call
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.reports import Report
from printhub.core.serving import serving
from printhub.core.store import deliveries as rows
from printhub.testing.script import Script
from tests.invariants.shop import all_deliveries, emit, job, mis, order, place, real_hub, settings, states, wait_until


class Overheard:
    """Messages as they lie on the bus."""

    def __init__(self) -> None:
        self._before = set(memory.Channel.queues)

    def bodies(self) -> list[str]:
        queues = [queue for name, queue in memory.Channel.queues.items() if name not in self._before]
        return [str(message["body"]) for queue in queues for message in list(queue.queue)]


def test_the_bus_carries_ids_and_nothing_else(tmp_path: Path) -> None:
    overheard = Overheard()
    with real_hub(tmp_path, settings(), [mis(Script())]) as hub:
        place(hub, 1)
        [delivery] = all_deliveries(hub)
        bus = MemoryBus()
        subscription = bus.subscribe("mis", threading.Event())
        Relay(hub.store, bus, hub.rules).step()

        [body] = overheard.bodies()
        assert len(body) <= 48  # the id, in base64
        assert subscription.drain() == 1
        subscription.close()
        bus.close()
    assert delivery.subject not in body


def test_nothing_is_announced_before_it_is_on_record(tmp_path: Path) -> None:
    with real_hub(tmp_path, settings(), [mis(Script())]) as hub:
        place(hub, 3)
        recorded = {one.id for one in all_deliveries(hub)}
        announced = {id_ for id_, _ in hub.store.read(lambda tx: rows.unannounced(tx, 10))}
    # What the relay would announce is what a store that is opened afresh holds.
    with real_hub(tmp_path, settings(), [mis(Script())]) as again:
        assert announced == recorded == {id_ for id_, _ in again.store.read(lambda tx: rows.unannounced(tx, 10))}


@pytest.mark.embedded  # it steals from the queues in memory
def test_a_bus_that_loses_everything_delays_work_and_loses_none(tmp_path: Path) -> None:
    script, stop = Script(), threading.Event()

    def lose_all() -> None:
        while not stop.wait(0.001):
            for name in [*memory.Channel.queues]:
                if name.startswith(EXCHANGE) and (queue := memory.Channel.queues.get(name)) is not None:
                    queue.queue.clear()

    thief = threading.Thread(target=lose_all)
    thief.start()
    try:
        with real_hub(tmp_path, settings(slots=1), [mis(script)]) as hub, serving(hub):
            place(hub, 10)
            wait_until(lambda: states(hub) == {("mis", DeliveryState.DONE): 10}, "all are done")
    finally:
        stop.set()
        thief.join()
    assert len(script.asked("notify")) == 10


class DeafBus(MemoryBus):
    """A bus on which nothing ever gets through, not even the wake-up."""

    def publish(self, ids: Iterable[tuple[UUID, str]]) -> None:
        """Lose them all."""


def test_work_is_found_even_if_nobody_is_ever_woken_for_it(tmp_path: Path) -> None:
    script, bus = Script(), DeafBus()
    with real_hub(tmp_path, settings(), [mis(script)]) as hub:
        dispatcher = Dispatcher(hub.benches[0], bus)
        dispatcher.start()
        place(hub, 1)
        script.wait_for("notify")  # it may have been there when the dispatcher began
        wait_until(lambda: states(hub) == {("mis", DeliveryState.DONE): 1}, "the first is done")
        emit(hub, "printhub.order.placed", order("O9", [job("J9")]))
        wait_until(lambda: states(hub) == {("mis", DeliveryState.DONE): 2}, "the second is done as well")
        dispatcher.stop()
        assert dispatcher.join(10)
    bus.close()


class CountingSubscription(Subscription):
    """Knows how many messages were taken and not acked."""

    unacked = 0

    def drain(self) -> int:
        """Count what is taken."""
        self.unacked = super().drain()
        return self.unacked

    def ack(self) -> None:
        """Count nothing any more."""
        super().ack()
        self.unacked = 0


class CountingBus(MemoryBus):
    """Keeps its one subscription to be looked at."""

    subscription: CountingSubscription | None = None

    def subscribe(self, instance: str, wake: threading.Event) -> Subscription:
        """Subscribe, and keep count."""
        plain = super().subscribe(instance, wake)
        plain.__class__ = CountingSubscription
        assert isinstance(plain, CountingSubscription)
        self.subscription = plain
        return plain


def test_no_message_is_unacked_for_the_length_of_a_call(tmp_path: Path) -> None:
    script, free, bus = Script(), threading.Event(), CountingBus()

    def slow(_message: object, _call: Call) -> Report:
        free.wait(30)
        return Report.done("R")

    script.default("notify", slow)
    with real_hub(tmp_path, settings(slots=2), [mis(script)]) as hub:
        dispatcher, relay = Dispatcher(hub.benches[0], bus), Relay(hub.store, bus, hub.rules)
        dispatcher.start()
        wait_until(lambda: bus.subscription, "somebody listens")
        place(hub, 4)
        relay.step()
        script.wait_for("notify", count=2)
        try:
            # Two run, and two wait for a slot: in the store alone.
            wait_until(lambda: bus.subscription and bus.subscription.unacked == 0, "all are acked")
            assert states(hub) == {("mis", DeliveryState.RUNNING): 2, ("mis", DeliveryState.READY): 2}
        finally:
            free.set()
        wait_until(lambda: states(hub) == {("mis", DeliveryState.DONE): 4}, "all are done")
        dispatcher.stop()
        assert dispatcher.join(10)
    bus.close()
