"""Relay and dispatcher on RabbitMQ: a broker that comes and goes delays work and loses none."""

from pathlib import Path
from uuid import UUID

import pytest

from printhub.core.bus.rabbit import RabbitBus
from printhub.core.flow.dispatcher import Dispatcher
from printhub.core.flow.relay import Relay
from printhub.core.hub import Hub
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import BusUnavailable
from printhub.core.store import deliveries as rows
from printhub.testing.script import Script
from tests.integration.bus.conftest import Listener
from tests.invariants.shop import emit, job, mis, order, place, real_hub, settings, states
from tests.services.proxy import Proxy
from tests.services.waiting import wait_until

pytestmark = pytest.mark.rabbitmq


def unannounced(hub: Hub) -> set[UUID]:
    return {id_ for id_, _ in hub.store.read(lambda tx: rows.unannounced(tx, 100))}


def test_what_the_bus_did_not_take_is_announced_again(tmp_path: Path, bus: RabbitBus, proxy: Proxy) -> None:
    listener = Listener(bus)
    with real_hub(tmp_path, settings(), [mis(Script())]) as hub:
        relay = Relay(hub.store, bus, hub.rules)
        place(hub, 3)
        due = unannounced(hub)
        proxy.cut()
        wait_until(lambda: not bus.usable, "the loss is noticed")

        with pytest.raises(BusUnavailable):
            relay.step()
        assert unannounced(hub) == due

        proxy.heal()
        wait_until(lambda: bus.usable, "the bus can be used again")
        assert relay.step() == len(due) == 3
        assert unannounced(hub) == set()
        assert listener.drained(3) == 3


def test_work_is_done_with_and_without_the_broker(tmp_path: Path, bus: RabbitBus, proxy: Proxy) -> None:
    script = Script()
    with real_hub(tmp_path, settings(slots=2), [mis(script)]) as hub:
        dispatcher, relay = Dispatcher(hub.benches[0], bus), Relay(hub.store, bus, hub.rules)
        dispatcher.start()
        place(hub, 5)
        relay.step()
        wait_until(lambda: states(hub) == {("mis", DeliveryState.DONE): 5}, "the first are done")

        proxy.cut()
        wait_until(lambda: not bus.usable, "the loss is noticed")
        emit(hub, "printhub.order.placed", order("O-away", [job("J-away")]))
        wait_until(lambda: states(hub) == {("mis", DeliveryState.DONE): 6}, "it is done without the broker")

        proxy.heal()
        wait_until(lambda: bus.usable, "the bus can be used again")
        emit(hub, "printhub.order.placed", order("O-back", [job("J-back")]))
        relay.step()
        wait_until(lambda: states(hub) == {("mis", DeliveryState.DONE): 7}, "all are done")
        dispatcher.stop()
        assert dispatcher.join(10)
    assert len(script.asked("notify")) == 7
