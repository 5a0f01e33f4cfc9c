"""Stops of an instance: the time of an outage is given back once, whoever lifts it and whenever."""

from datetime import timedelta
from functools import partial

from printhub.core.flow import stops
from printhub.core.flow.claim import Probe
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import Misconfigured, Unavailable
from printhub.core.store import instances
from printhub.testing import Script
from tests.invariants.shop import job, memory_hub, order

HOUR = timedelta(hours=1)


def test_the_time_of_an_outage_is_given_back_once_though_a_probe_ends_it() -> None:
    script = Script()
    script.answer("notify", Unavailable("down"), job="J1")
    script.answer("notify", Misconfigured("wrong key"), job="J2")
    script.answer("check", Misconfigured("wrong key"))
    with memory_hub(script, verbs=("notify", "lookup", "check"), probe_every="1h", breaker_after=100) as hub:
        hub.emit("printhub.order.placed", order("O1", [job("J1")]))
        hub.run()
        [before] = hub.deliveries("J1")
        assert before.state is DeliveryState.RETRYING
        hub.emit("printhub.order.placed", order("O2", [job("J2")]))
        hub.run()
        bench = hub.hub.benches[0]
        hub.clock.advance(HOUR)

        [probe] = bench.take(1)
        assert isinstance(probe, Probe)
        caller = bench.caller()
        bench.work(probe, caller)
        caller.close()

        assert [stop for stop in hub.hub.store.read(instances.stops) if stop.stands] == []
        [after] = hub.deliveries("J1")
        assert before.give_up_at is not None
        assert after.give_up_at == before.give_up_at + HOUR


def test_a_stop_that_another_has_lifted_gives_nothing_back_and_is_not_put_back() -> None:
    script = Script()
    script.answer("notify", Unavailable("down"), job="J1")
    script.answer("notify", Misconfigured("wrong key"), job="J2")
    script.answer("check", Misconfigured("wrong key"))
    with memory_hub(script, verbs=("notify", "lookup", "check"), probe_every="1h", breaker_after=100) as hub:
        hub.emit("printhub.order.placed", order("O1", [job("J1")]))
        hub.run()
        hub.emit("printhub.order.placed", order("O2", [job("J2")]))
        hub.run()
        hub.clock.advance(HOUR)
        [probe] = hub.hub.benches[0].take(1)
        assert isinstance(probe, Probe)
        for stop in hub.hub.store.read(instances.stops):
            hub.hub.store.write(partial(stops.lift, rules=hub.hub.rules, stop=stop))
        [before] = hub.deliveries("J1")

        hub.hub.store.write(partial(stops.lift, rules=hub.hub.rules, stop=probe.stops[0]))

        [after] = hub.deliveries("J1")
        assert after.give_up_at == before.give_up_at
        assert hub.hub.store.write(lambda tx: stops.left_of(tx, "mis", probe.stops)) == []
