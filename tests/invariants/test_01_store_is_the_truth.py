"""Invariant 1: the store is the truth, the bus is the wake-up call."""

import threading
from pathlib import Path

from kombu.transport import memory

from printhub.core.bus.memory import MemoryBus
from printhub.core.bus.topology import EXCHANGE
from printhub.core.flow.relay import Relay
from printhub.core.model.call import Call
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.reports import Report
from printhub.core.store import deliveries as rows
from printhub.core.store.store import Store
from printhub.testing.script import Script
from tests.invariants.shop import all_deliveries, mis, place, real_hub, settings, states, wait_until


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
    assert EXCHANGE


def test_nothing_is_announced_before_it_is_on_record(tmp_path: Path) -> None:
    with real_hub(tmp_path, settings(), [mis(Script())]) as hub:
        place(hub, 3)
        recorded = {one.id for one in all_deliveries(hub)}
        announced = {id_ for id_, _ in hub.store.read(lambda tx: rows.unannounced(tx, 10))}
    # What the relay would announce is what a store that is opened afresh holds.
    store = Store(tmp_path / "printhub.db")
    assert announced == recorded == {id_ for id_, _ in store.read(lambda tx: rows.unannounced(tx, 10))}
    store.close()


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
        with real_hub(tmp_path, settings(slots=1), [mis(script)]) as hub, hub.serving():
            place(hub, 10)
            wait_until(lambda: states(hub) == {("mis", DeliveryState.DONE): 10}, "all are done")
    finally:
        stop.set()
        thief.join()
    assert len(script.asked("notify")) == 10


def test_no_message_is_unacked_while_a_call_is_made(tmp_path: Path) -> None:
    script, free = Script(), threading.Event()

    def slow(_message: object, _call: Call) -> Report:
        free.wait(30)
        return Report.done("R")

    script.default("notify", slow)
    overheard = Overheard()
    with real_hub(tmp_path, settings(slots=2), [mis(script)]) as hub, hub.serving():
        place(hub, 4)
        script.wait_for("notify", count=2)
        try:
            # All four were announced and drained; two run, and two wait in the store alone.
            wait_until(lambda: overheard.bodies() == [], "the queue is empty")
            assert states(hub) == {("mis", DeliveryState.RUNNING): 2, ("mis", DeliveryState.READY): 2}
        finally:
            free.set()
        wait_until(lambda: states(hub) == {("mis", DeliveryState.DONE): 4}, "all are done")
