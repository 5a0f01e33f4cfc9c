"""A whole hub at a Twilio that misbehaves: whoever is to be told is told once, and what became of it is known."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from plugins.sms.tests import sample
from plugins.sms.tests.sample import NUMBER, SECRET
from printhub.testing import FakeClock, MemoryHub, Script, scripted_mis
from printhub.testing.sms_gateway_simulator import SmsGatewaySimulator
from printhub.testing.twilio_simulator import TwilioCallback, TwilioSimulator, troubles
from printhub_sms.adapter import Sms

HUB = "https://hub.example"
CUSTOMER = {"name": "Kim Sample", "phone": "07400 123456", "language": "en"}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def simulator(clock: FakeClock) -> Iterator[TwilioSimulator]:
    with TwilioSimulator(now=clock) as made:
        yield made


@pytest.fixture
def hub(simulator: TwilioSimulator, gateway: SmsGatewaySimulator, clock: FakeClock) -> Iterator[MemoryHub]:
    mis = scripted_mis(Script(), name="mis", verbs=("notify",))
    account = simulator.account
    twilio = {"url": simulator.url, "account": account.sid, "auth_tokens": [account.auth_token]}
    kannel = {"url": f"{gateway.url}/cgi-bin/sendsms", "user": gateway.user, "password": gateway.token}
    common = {"adapter": "sms", "mode": "test", "retry": {"schedule": ["1m"], "jitter": 0.0}}
    written = {
        "web": {"public_url": HUB},
        "storefronts": {
            "shop": {
                "sources": ["https://shop.example"],
                "mode": "test",
                "phone_region": "GB",
                "sms": {"sender": "+15005550006"},
                "notifications": {"shipped": {"sms": True, "critical": True}},
            }
        },
        "instances": {
            "mis": {"adapter": "mis", "mode": "test"},
            "text": {**common, "config": {"twilio": twilio}},
            "spare": {**common, "config": {"kannel": {**kannel, "callback_secret": SECRET}}},
        },
        "routes": [{"instances": ["mis", "text", "spare"]}],
    }
    with MemoryHub(written, [mis, Sms], clock=clock) as made:
        yield made


def shipped(hub: MemoryHub, *numbers: str) -> None:
    for number in numbers:
        job: dict[str, Any] = {"id": f"J{number}", "product_type": "Ordinary", "quantity": 1}
        order: dict[str, Any] = {"id": f"O{number}", "jobs": [job], "payment_status": "Paid", "customer": CUSTOMER}
        hub.emit("printhub.order.placed", {"order": order | {"total": {"amount": "10.00", "currency": "EUR"}}})
        hub.emit("printhub.job.shipped", {"job": f"J{number}"})
    hub.run()


def states(hub: MemoryHub, number: str) -> list[tuple[str, str]]:
    """Where the text messages of a job stand, by instance."""
    found = [one for one in hub.deliveries(f"J{number}") if one.instance in ("text", "spare")]
    return [(one.instance, str(one.state)) for one in found]


def reason(hub: MemoryHub, number: str) -> str:
    return next(one.reason for one in hub.deliveries(f"J{number}") if one.instance == "text")


def entries(hub: MemoryHub, number: str) -> list[str]:
    """The entries about text messages in a job's history."""
    names = [entry.label or str(entry.status) for entry in hub.history(f"J{number}")]
    return [name for name in names if name.startswith("Sms")]


def tell(hub: MemoryHub, *callbacks: TwilioCallback) -> None:
    """Let callbacks come in by the hub's own door, proved and all."""
    for callback in callbacks:
        hub.hub.inbound.receive("text", sample.told(callback))
    hub.run()


def test_a_text_whose_answer_was_lost_is_looked_up_and_never_sent_twice(
    hub: MemoryHub, simulator: TwilioSimulator
) -> None:
    simulator.script("send", troubles.COMMITS_THEN_DROPS)
    shipped(hub, "1")
    assert states(hub, "1") == [("text", "unknown")]

    hub.advance(timedelta(hours=1))

    assert states(hub, "1") == [("text", "done")]
    assert entries(hub, "1") == ["SmsDispatching", "SmsDispatched"]
    assert len(simulator.asked("send")) == 1


def test_a_text_that_never_arrived_goes_again_once_that_is_certain(hub: MemoryHub, simulator: TwilioSimulator) -> None:
    simulator.script("send", troubles.DROPS_BEFORE_COMMIT)
    simulator.script("list", troubles.SERVER_ERROR)
    shipped(hub, "1")

    for _ in range(3):
        hub.advance(timedelta(hours=1))

    assert states(hub, "1") == [("text", "done")]
    assert len(simulator.messages) == 1
    assert len(simulator.asked("send")) == 2


def test_a_receipt_settles_what_is_in_doubt_before_anybody_asks(hub: MemoryHub, simulator: TwilioSimulator) -> None:
    simulator.script("send", troubles.COMMITS_THEN_DROPS)
    shipped(hub, "1")
    [message] = simulator.messages
    simulator.move(message, "sent")

    tell(hub, *simulator.callbacks)

    [delivery] = [one for one in hub.deliveries("J1") if one.instance == "text"]
    assert (str(delivery.state), delivery.reference) == ("done", message.sid)
    assert simulator.asked("list") == []


def test_too_many_requests_only_wait(hub: MemoryHub, simulator: TwilioSimulator) -> None:
    simulator.script("send", troubles.RATE_LIMITED)
    shipped(hub, "1")
    assert states(hub, "1") == [("text", "retrying")]

    hub.advance(timedelta(minutes=2))

    assert states(hub, "1") == [("text", "done")]


def test_receipts_come_late_twice_and_in_any_order_and_move_nothing(hub: MemoryHub, simulator: TwilioSimulator) -> None:
    shipped(hub, "1")
    simulator.move(simulator.messages[0], "sending", "sent", "delivered")
    before = entries(hub, "1")
    hub.advance(timedelta(days=2))
    said = simulator.callbacks * 2
    random.Random(7).shuffle(said)  # noqa: S311 - an order of a test

    tell(hub, *said)

    assert states(hub, "1") == [("text", "done")]
    assert reason(hub, "1") == "delivered"
    assert entries(hub, "1") == before


def test_a_text_that_did_not_arrive_has_failed_with_the_reason_and_no_other_provider_sends_it(
    hub: MemoryHub, simulator: TwilioSimulator, gateway: SmsGatewaySimulator
) -> None:
    shipped(hub, "1")
    simulator.move(simulator.messages[0], "sent", "undelivered", code=30005)

    tell(hub, *simulator.callbacks, *simulator.callbacks)

    assert states(hub, "1") == [("text", "failed")]
    assert entries(hub, "1") == ["SmsDispatching", "SmsDispatched", "SmsFailed"]
    assert "not in use" in hub.history("J1")[-1].detail
    assert gateway.texts == []


def test_what_was_certainly_not_sent_goes_by_the_next_provider(
    hub: MemoryHub, simulator: TwilioSimulator, gateway: SmsGatewaySimulator
) -> None:
    simulator.refuse(NUMBER, 21408)

    shipped(hub, "1")
    hub.advance(timedelta(minutes=1))

    assert states(hub, "1")[-1] == ("spare", "done")
    assert [one.to for one in gateway.texts] == [NUMBER]
    assert simulator.messages == []


@pytest.mark.parametrize("code", [21211, 21614])
def test_a_number_that_is_none_is_tried_by_no_other_provider(
    hub: MemoryHub, simulator: TwilioSimulator, gateway: SmsGatewaySimulator, code: int
) -> None:
    simulator.refuse(NUMBER, code)

    shipped(hub, "1")
    hub.advance(timedelta(hours=1))

    assert states(hub, "1") == [("text", "failed")]
    assert entries(hub, "1") == ["SmsDispatching", "SmsFailed"]
    assert gateway.texts == []


def test_who_says_stop_gets_nothing_more_until_they_say_start(hub: MemoryHub, simulator: TwilioSimulator) -> None:
    simulator.text(NUMBER, "Stop", f"{HUB}/in/text/inbound")
    tell(hub, *simulator.callbacks)
    shipped(hub, "1")
    assert states(hub, "1") == [("text", "skipped")]
    assert simulator.journal == ()

    simulator.text(NUMBER, "START", f"{HUB}/in/text/inbound")
    tell(hub, simulator.callbacks[-1])
    shipped(hub, "2")

    assert states(hub, "2") == [("text", "done")]


def test_who_opted_out_at_twilio_is_asked_by_no_other_provider(
    hub: MemoryHub, simulator: TwilioSimulator, gateway: SmsGatewaySimulator
) -> None:
    simulator.account.opted_out.add(NUMBER)

    shipped(hub, "1")
    hub.advance(timedelta(hours=1))
    shipped(hub, "2")

    assert gateway.texts == []
    assert states(hub, "2")[-1][1] == "skipped"


def test_a_wrong_token_pauses_the_instance_and_loses_nothing(hub: MemoryHub, simulator: TwilioSimulator) -> None:
    simulator.account.status = "suspended"
    shipped(hub, "1")
    simulator.account.status = "active"

    hub.advance(timedelta(days=1))

    assert len(simulator.messages) == 1
    assert states(hub, "1") == [("text", "done")]
