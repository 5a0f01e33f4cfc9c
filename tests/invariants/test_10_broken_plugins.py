"""Invariant 10: a broken plugin is set aside with its reason. How plugins break is in tests/unit/plugin."""

from datetime import timedelta

from printhub.core.model.deliveries import DeliveryState
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.script import Script
from tests.invariants.shop import mis, order, settings

ASIDE = {"mis": {"set_aside": "its plugin needs a newer hub"}}


def test_the_work_of_a_plugin_that_is_set_aside_waits_and_the_others_go_on() -> None:
    broken, other = Script(), Script()
    adapters = [mis(broken), mis(other, "second")]
    with MemoryHub(settings("mis", "second"), adapters) as hub:
        hub.emit("printhub.order.placed", order(payment_status="Pending"))
        hub.restart(settings("mis", "second", each=ASIDE))
        hub.emit("printhub.order.payment_changed", {"order": "O1", "payment_status": "Paid"})
        hub.advance(timedelta(days=1))

        assert [one.state for one in hub.deliveries("J1", "second")] == [DeliveryState.DONE]
        assert not hub.deliveries("J1", "mis")[0].state.is_end

        hub.restart(settings("mis", "second"))
        hub.run()
        assert [one.state for one in hub.deliveries("J1", "mis")] == [DeliveryState.DONE]
        assert len(broken.asked("notify")) == len(other.asked("notify")) == 1


def test_what_was_ordered_while_a_plugin_was_set_aside_is_planned_when_it_is_back() -> None:
    broken = Script()
    with MemoryHub(settings(each=ASIDE), [mis(broken)]) as hub:
        assert hub.emit("printhub.order.placed", order()).accepted
        hub.advance(timedelta(hours=5))
        assert hub.deliveries("J1") == []

        hub.restart(settings())
        hub.advance(timedelta(minutes=2))
        assert [one.state for one in hub.deliveries("J1")] == [DeliveryState.DONE]
    assert len(broken.asked("notify")) == 1


def test_a_job_in_production_at_one_instance_is_not_planned_at_another_that_the_routes_lead_to_since() -> None:
    broken, other = Script(), Script()
    moved = [{"instances": ["second"]}]
    adapters = [mis(broken), mis(other, "second")]
    with MemoryHub(settings("mis", "second", routes=[{"instances": ["mis"]}]), adapters) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()

        hub.restart(settings("mis", "second", routes=moved, each=ASIDE))
        hub.emit("printhub.job.changed", {"job": "J1", "quantity": 200})
        hub.run()
        hub.restart(settings("mis", "second", routes=moved))
        hub.advance(timedelta(minutes=2))

        assert hub.deliveries("J1", "second") == []
    assert len(broken.asked("notify")) == 1


def test_a_plugin_that_breaks_in_every_call_stops_neither_the_hub_nor_another() -> None:
    broken, other = Script(), Script()
    broken.default("notify", RuntimeError("a fault in the plugin"))
    with MemoryHub(settings("mis", "second"), [mis(broken), mis(other, "second")]) as hub:
        for number in range(10):
            hub.emit("printhub.order.placed", order(f"O{number}", [{"id": f"J{number}", "product_type": "Ordinary"}]))
        hub.run()

        assert {hub.deliveries(f"J{n}", "second")[0].state for n in range(10)} == {DeliveryState.DONE}
        assert {hub.deliveries(f"J{n}", "mis")[0].state for n in range(10)} == {DeliveryState.FAILED}
