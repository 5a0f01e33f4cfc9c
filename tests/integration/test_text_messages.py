"""Text messages, through a whole hub: what stands in the history, and who gets none."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from printhub.core.channels.sms.messages import SmsMessage
from printhub.core.channels.sms.segments import segments_of
from printhub.core.flow.meters import SEGMENTS
from printhub.core.flow.metrics import Tallies, metrics
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.errors import Rejected, Unavailable
from printhub.core.model.signals import Receipt
from printhub.core.model.suppression import Medium, Suppression
from printhub.core.model.verbs import Kind
from printhub.core.store import suppressions
from printhub.testing import Script, scripted_sms
from printhub.testing.memory_hub import MemoryHub
from tests.invariants.shop import job, mis, order, settings

NUMBER = "+447400123456"
KIM = {"name": "Kim Sample", "email": "kim@customer.example", "phone": "07400 123456", "language": "en"}


def configured(**storefront: Any) -> dict[str, Any]:
    written = settings("mis", "text")
    usual = {
        "phone_region": "GB",
        "notifications": {"shipped": {"sms": True}, "order_confirmation": {"enabled": False}},
    }
    written["storefronts"]["shop"] |= usual | storefront
    return written


@pytest.fixture
def text() -> Script:
    return Script()


@pytest.fixture
def hub(text: Script) -> Iterator[MemoryHub]:
    with MemoryHub(configured(), [mis(Script()), scripted_sms(text, name="text", verbs=("send",))]) as made:
        yield made


def shipped(hub: MemoryHub, number: str = "O1", **customer: Any) -> None:
    data = order(number, [job(f"{number}-1")])
    data["order"] |= {"customer": KIM | customer}
    hub.emit("printhub.order.placed", data)
    hub.emit("printhub.job.shipped", {"job": f"{number}-1"})
    hub.run()


def message(hub: MemoryHub, number: str = "O1") -> Delivery:
    [found] = [d for d in hub.deliveries(f"{number}-1") if d.kind is Kind.SMS]
    return found


def suppressed(hub: MemoryHub) -> Suppression | None:
    return hub.hub.store.read(lambda tx: suppressions.standing(tx, Medium.SMS, "shop", NUMBER))


def test_a_number_as_customers_write_it_goes_out_in_e164(hub: MemoryHub, text: Script) -> None:
    shipped(hub)

    [asked] = text.asked("send")
    assert isinstance(asked.message, SmsMessage)
    assert asked.message.recipient == NUMBER


def test_who_has_opted_out_at_the_provider_gets_nothing_more(hub: MemoryHub, text: Script) -> None:
    text.answer("send", Rejected("they said STOP", opted_out=True))
    shipped(hub)

    assert message(hub).state is DeliveryState.FAILED
    entry = suppressed(hub)
    assert entry is not None
    assert entry.cause == "opt_out"

    shipped(hub, "O2")
    assert message(hub, "O2").state is DeliveryState.SKIPPED
    assert len(text.asked("send")) == 1


def test_a_provider_has_nothing_to_say_of_what_another_one_was_asked(text: Script) -> None:
    both = [scripted_sms(text, name="text", verbs=("send",)), scripted_sms(Script(), name="other", verbs=("send",))]
    written = configured()
    written["instances"]["other"] = {**written["instances"]["text"], "adapter": "other"}
    with MemoryHub(written, [mis(Script()), *both]) as hub:
        shipped(hub)
        key = str(message(hub).id)

        hub.signals("other", [Receipt(key=key, state="undelivered", failed=True)])
        hub.run()
        assert message(hub).state is DeliveryState.DONE

        hub.signals("text", [Receipt(key=key, state="undelivered", failed=True)])
        hub.run()
        assert message(hub).state is DeliveryState.FAILED


def test_what_a_provider_bills_is_counted(text: Script) -> None:
    with MemoryHub(configured(), [mis(Script()), scripted_sms(text, name="text", verbs=("send",))]) as hub:
        counted = Tallies(hub.hub.rules, lag=timedelta())
        text.answer("send", Unavailable("busy"))
        shipped(hub)
        hub.advance(timedelta(minutes=5))
        taken = text.asked("send")[-1].message
        assert isinstance(taken, SmsMessage)

        found = {one.meter: one.samples for one in hub.hub.store.read(lambda tx: metrics(tx, hub.hub.rules, counted))}

        assert found[SEGMENTS] == {("text",): segments_of(taken.text).count}
        assert len(text.asked("send")) == 2


@pytest.mark.parametrize(("phone", "sender"), [("+12125550123", "+12125550199"), ("+4915123456789", "Print Shop")])
def test_the_sender_is_that_of_the_country_a_number_is_from(text: Script, phone: str, sender: str) -> None:
    own = configured(sms={"sender": "Print Shop", "senders": {"US": "+12125550199"}})
    with MemoryHub(own, [mis(Script()), scripted_sms(text, name="text", verbs=("send",))]) as hub:
        shipped(hub, phone=phone)

        taken = text.asked("send")[-1].message
        assert isinstance(taken, SmsMessage)
        assert taken.sender == sender
