"""Invariant 7: turning an instance off keeps its work, and outages do not burn it."""

from datetime import timedelta
from typing import Any

import pytest

from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import Misconfigured, Rejected, Scope, Unavailable
from printhub.core.model.reports import Report
from printhub.core.notifications.subject import read_subject
from printhub.testing import scripted_email
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.script import Script
from tests.invariants.shop import job, memory_hub, mis, order, settings

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
DONE, READY, RETRYING, FAILED = (
    DeliveryState.DONE,
    DeliveryState.READY,
    DeliveryState.RETRYING,
    DeliveryState.FAILED,
)


def flood(hub: MemoryHub, count: int) -> None:
    for number in range(count):
        hub.emit("printhub.order.placed", order(f"O{number}", [job(f"J{number}")]))


def found(hub: MemoryHub, count: int) -> set[DeliveryState]:
    return {hub.deliveries(f"J{number}")[0].state for number in range(count)}


def test_messages_that_were_wanted_while_their_plugin_was_set_aside_go_when_it_is_back() -> None:
    mail, press = Script(), Script()
    sender = {"mail": {"sender": "orders@shop.example", "staff": ["press@shop.example"]}}
    there, aside = settings("mis", "mail"), settings("mis", "mail", each={"mail": {"set_aside": "it is broken"}})
    for one in (there, aside):
        one["storefronts"]["shop"] |= sender
    with MemoryHub(there, [mis(press), scripted_email(mail, name="mail")]) as hub:
        hub.emit("printhub.order.placed", placed("O1", "J1", "J2"))
        hub.run()
        assert len(mail.asked("send")) == 1

        # Given a hub that cannot send, an order that is placed and shipped meanwhile, and a job that fails
        hub.restart(aside)
        press.answer("notify", Rejected("no such paper"))
        hub.emit("printhub.order.placed", placed("O2", "J3", "J4", payment="Pending"))
        hub.emit("printhub.order.shipped", {"order": "O1", "shipment": {"id": "S1"}})
        hub.run()
        hub.emit("printhub.order.payment_changed", {"order": "O2", "payment_status": "Paid"})
        hub.advance(HOUR)
        assert len(mail.asked("send")) == 1

        # When the plugin is back, then each goes once, and what was sent before does not go again
        hub.restart(there)
        hub.advance(2 * MINUTE)
        hub.advance(HOUR)
        told = [one for number in ("J1", "J2", "J3", "J4") for one in hub.deliveries(number, "mail")]
        kinds = sorted(read_subject(one.subject).notification for one in told if one.state is DONE)
        assert kinds == ["mis_failed", "order_confirmation", "order_confirmation", "shipped"]
        assert len(mail.asked("send")) == len(kinds)


def test_reminders_go_on_when_their_plugin_is_back() -> None:
    mail = Script()
    there, aside = settings("mail"), settings("mail", each={"mail": {"set_aside": "it is broken"}})
    for one in (there, aside):
        one["storefronts"]["shop"]["mail"] = {"sender": "orders@shop.example"}
        one["storefronts"]["shop"]["notifications"] = {"order_confirmation": {"enabled": False}}
    with MemoryHub(there, [scripted_email(mail, name="mail")]) as hub:
        hub.emit("printhub.order.placed", placed("O1", "J1", payment="Pending"))
        hub.restart(aside)
        hub.advance(26 * HOUR)

        hub.restart(there)
        hub.advance(2 * MINUTE)

        assert len(mail.asked("send")) == 1


def placed(number: str, *jobs: str, payment: str = "Paid") -> dict[str, Any]:
    data = order(number, [job(one) for one in jobs], payment_status=payment)
    data["order"]["customer"] = {"name": "Kim", "email": "kim@customer.example"}
    return data


def test_an_instance_that_is_turned_off_keeps_its_work_and_goes_on_when_it_is_on_again() -> None:
    script = Script()
    with memory_hub(script, enabled=False) as hub:
        flood(hub, 5)
        hub.advance(timedelta(days=30))
        assert found(hub, 5) == {READY}
        assert script.calls == ()

        hub.restart(settings())
        hub.run()
        assert found(hub, 5) == {DONE}


def test_the_time_that_an_instance_was_off_does_not_count_toward_the_last_time() -> None:
    script = Script()
    script.answer("notify", Unavailable("down"), Unavailable("down"))
    with memory_hub(script) as hub:
        flood(hub, 1)
        hub.run()
        assert found(hub, 1) == {RETRYING}
        hub.restart(settings(enabled=False))
        hub.restart(settings(enabled=False))  # off is off, however often it starts
        hub.advance(timedelta(days=30))
        hub.restart(settings())
        hub.run()
        assert found(hub, 1) == {RETRYING}  # and not given up

        hub.advance(HOUR)
        assert found(hub, 1) == {DONE}


def test_an_outage_of_days_fails_nothing_and_tells_staff_once() -> None:
    script = Script()
    script.default("notify", Unavailable("down"))
    with memory_hub(script, breaker_after=5, breaker_pause="1h") as hub:
        flood(hub, 20)
        hub.run()
        for _ in range(24 * 3):
            hub.advance(HOUR + SECOND)
        assert found(hub, 20) <= {READY, RETRYING}
        assert [notice.matter for notice in hub.notices()] == ["instance_unavailable"]
        assert len(script.asked("notify")) < 150  # one trial at a time, and not all of them again and again

        script.default("notify", Report.done("R"))
        for _ in range(10):
            hub.advance(HOUR + SECOND)
        assert found(hub, 20) == {DONE}
        assert [notice.matter for notice in hub.notices()] == ["instance_unavailable"]


def test_without_an_outage_a_delivery_is_given_up_at_its_last_time() -> None:
    script = Script()
    script.default("notify", Unavailable("busy"))
    with memory_hub(script, breaker_after=1000, retry={"jitter": 0.0, "give_up_after": "3h"}) as hub:
        flood(hub, 1)
        for _ in range(8):
            hub.advance(HOUR)
        assert found(hub, 1) == {FAILED}
        assert hub.deliveries("J0")[0].reason.startswith("given up after")


def test_an_open_breaker_lets_one_call_through_when_its_time_is_up() -> None:
    script = Script()
    script.default("notify", Unavailable("down"))
    with memory_hub(script, breaker_after=3, slots=3) as hub:
        flood(hub, 3)
        hub.run()
        flood(hub, 10)
        hub.run()
        assert len(script.asked("notify")) == 3

        hub.advance(MINUTE + SECOND)
        assert len(script.asked("notify")) == 4


def test_a_wrong_credential_pauses_the_instance_until_its_check_succeeds_and_tells_staff_once() -> None:
    script = Script()
    script.answer("notify", *[Misconfigured("the key is refused")] * 2)
    script.default("check", Misconfigured("the key is refused"))
    with MemoryHub(settings(slots=1), [mis(script, verbs=("notify", "check"))]) as hub:
        flood(hub, 10)
        hub.run()
        for _ in range(12):
            hub.advance(5 * MINUTE + SECOND)
        assert found(hub, 10) == {READY}
        assert len(script.asked("notify")) == 1  # its check is asked, not one job after the other
        assert [notice.matter for notice in hub.notices()] == ["instance_misconfigured"]

        script.default("check", Report.done())
        script.default("notify", Report.done("R"))
        hub.advance(5 * MINUTE + SECOND)
        hub.advance(5 * MINUTE + SECOND)
        assert DONE in found(hub, 10)
        assert READY not in found(hub, 10)
        assert [notice.matter for notice in hub.notices() if notice.matter.startswith("instance")] == [
            "instance_misconfigured"
        ]


def test_without_a_check_one_delivery_is_the_trial() -> None:
    script = Script()
    script.default("notify", Misconfigured("the key is refused"))
    with memory_hub(script, slots=4) as hub:
        flood(hub, 1)
        hub.run()
        flood(hub, 10)
        hub.advance(5 * MINUTE + SECOND)
        assert len(script.asked("notify")) == 2

        script.default("notify", Report.done("R"))
        hub.advance(5 * MINUTE + SECOND)
        assert found(hub, 10) == {DONE}


@pytest.mark.parametrize("verbs", [("notify",), ("notify", "check")])
def test_one_storefronts_wrong_credential_is_told_once_however_long_it_lasts(verbs: tuple[str, ...]) -> None:
    script = Script()
    script.default("notify", Misconfigured("the key is refused", Scope.STOREFRONT))
    with MemoryHub(settings(), [mis(script, verbs=verbs)]) as hub:
        flood(hub, 1)
        hub.run()
        for _ in range(10):
            hub.advance(5 * MINUTE + SECOND)
        assert found(hub, 1) == {READY}
        assert len(hub.notices()) == 1

        script.default("notify", Report.done("R"))
        hub.advance(5 * MINUTE + SECOND)
        assert found(hub, 1) == {DONE}
