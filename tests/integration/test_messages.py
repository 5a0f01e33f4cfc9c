"""Messages to people, through a whole hub: what stands in which history, what is frozen, and what letters become."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]  # it ships neither annotations nor stubs
import pytest

from printhub.core.channels.email.messages import EmailMessage
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import OutcomeUnknown, Rejected, Unavailable
from printhub.core.model.reports import Report
from printhub.core.model.signals import Bounced, BounceKind
from printhub.core.model.statuses import JobStatus
from printhub.core.model.suppression import Medium
from printhub.core.model.verbs import Kind
from printhub.core.store import dossiers, suppressions
from printhub.testing import Script, after_sending, scripted_email
from printhub.testing.memory_hub import MemoryHub
from tests.invariants.shop import job, mis, order, settings

KIM = {"name": "Kim Sample", "email": "kim@customer.example", "language": "de"}
HOME = {"name": "Kim Sample", "address1": "1 Sample Street", "postcode": "10115", "town": "Berlin", "country": "DE"}


def configured(templates: Path, **notifications: Any) -> dict[str, Any]:
    written = settings("mis", "mail")
    written["storefronts"]["shop"] |= {
        "mail": {"sender": "Sample Print <orders@shop.example>", "bounces": "bounces@hub.example"},
        "brand": {"title": "Sample Print", "address": ["1 Press Lane", "10115 Berlin"]},
        "notifications": notifications,
    }
    return written | {"messages": {"templates": str(templates)}}


@pytest.fixture
def mail() -> Script:
    return Script()


@pytest.fixture
def press() -> Script:
    return Script()


@pytest.fixture
def hub(mail: Script, press: Script, tmp_path: Path) -> Iterator[MemoryHub]:
    written = configured(tmp_path, order_confirmation={"critical": True})
    with MemoryHub(written, [mis(press), scripted_email(mail, name="mail", verbs=("send",))]) as made:
        yield made


def placed(hub: MemoryHub, number: str = "O1", *jobs: str) -> None:
    jobs = jobs or ("J1",)
    data = order(number, [job(one) for one in jobs])
    data["order"] |= {"customer": KIM, "billing_address": HOME}
    hub.emit("printhub.order.placed", data)


def statuses(hub: MemoryHub, number: str) -> list[JobStatus]:
    return [entry.status for entry in hub.history(number)]


def sent(mail: Script) -> EmailMessage:
    message = mail.asked("send")[-1].message
    assert isinstance(message, EmailMessage)
    return message


def test_a_message_about_an_order_stands_in_the_history_of_every_job(hub: MemoryHub, mail: Script) -> None:
    placed(hub, "O1", "J1", "J2", "J3")
    hub.run()
    hub.signals("mail", [Bounced(recipient="x", tokens=(sent(mail).envelope_id,), hard=True)])
    hub.run()

    wanted = {JobStatus.SENT_EMAIL, JobStatus.EMAIL_BOUNCED, JobStatus.EMAIL_BOUNCED_AND_PRINT_JOB_CREATED}
    assert [wanted <= set(statuses(hub, one)) for one in ("J1", "J2", "J3")] == [True, True, True]
    assert len(mail.asked("send")) == 1


def test_what_people_do_about_it_stands_there_too(hub: MemoryHub, mail: Script) -> None:
    mail.answer("send", Rejected("no"), after_sending(OutcomeUnknown("the line broke")))
    placed(hub, "O1", "J1", "J2")
    hub.run()
    [message] = [one for number in ("J1", "J2") for one in hub.deliveries(number) if one.kind is Kind.EMAIL]

    hub.retrigger(message.id)
    hub.run()
    hub.hub.acts.deliveries.settle(str(message.id), done="4711", by="operator:jo", why="their log has it")

    told = [JobStatus.SENT_EMAIL_FAILED, JobStatus.ACTION_RUN, JobStatus.SENT_EMAIL]
    for number in ("J1", "J2"):
        assert [status for status in statuses(hub, number) if status in told] == told


def test_a_message_is_in_the_customers_language_and_comes_back_to_an_address_of_its_own(
    hub: MemoryHub, mail: Script
) -> None:
    placed(hub)
    hub.run()

    message = sent(mail)
    assert message.subject == "[test] Ihre Bestellung O1 bei Sample Print"
    assert message.html is not None
    assert message.envelope_sender == f"bounces+{message.envelope_id}@hub.example"
    assert message.message_id == f"{message.envelope_id}@shop.example"
    assert message.headers["Auto-Submitted"] == "auto-generated"


def test_every_attempt_sends_the_same_words_though_the_template_changed(
    hub: MemoryHub, mail: Script, tmp_path: Path
) -> None:
    from_template = tmp_path / "order_confirmation" / "de" / "text.txt"
    from_template.parent.mkdir(parents=True)
    from_template.write_text("first")
    mail.answer("send", Unavailable("later"))
    placed(hub)
    hub.run()
    from_template.write_text("second")
    hub.advance(timedelta(minutes=1))

    first, second = (call.message for call in mail.asked("send"))
    assert isinstance(first, EmailMessage)
    assert isinstance(second, EmailMessage)
    assert (first.text, first) == ("first\n", second)


def test_a_template_that_is_wrong_fails_that_message_and_names_file_and_line(
    hub: MemoryHub, mail: Script, tmp_path: Path
) -> None:
    wrong = tmp_path / "order_confirmation" / "de" / "text.txt"
    wrong.parent.mkdir(parents=True)
    wrong.write_text("Hello\n{{ oder.number }}")
    placed(hub)
    hub.run()

    [delivery] = hub.deliveries("J1", "mail")
    assert delivery.state is DeliveryState.FAILED
    assert "platform: order_confirmation/de/text.txt, line 2: 'oder' is undefined" in delivery.reason
    assert mail.calls == ()

    wrong.write_text("Hello {{ order.number }}")
    hub.retrigger(delivery.id)
    hub.run()

    assert sent(mail).text == "Hello O1\n"


def test_a_letter_is_a_job_of_its_own_that_names_the_order_and_is_named_by_it(
    hub: MemoryHub, mail: Script, press: Script
) -> None:
    placed(hub)
    hub.run()
    hub.signals("mail", [Bounced(recipient="x", tokens=(sent(mail).envelope_id,), status="5.1.1", hard=True)])
    hub.run()

    [created] = [e for e in hub.history("J1") if e.status is JobStatus.EMAIL_BOUNCED_AND_PRINT_JOB_CREATED]
    number = created.detail.split()[1]
    letter = hub.hub.store.read(lambda tx: dossiers.load_job(tx, "shop", number))
    assert letter is not None
    assert letter.job.external_reference == "O1/J1"
    assert "order O1, job J1" in hub.history(number)[0].detail
    assert press.asked("notify", number)
    [file] = hub.files(number)
    with hub.hub.folders.open(file.stored or "") as reading:
        page = pypdfium2.PdfDocument(io.BytesIO(reading.read()))[0].get_textpage().get_text_range()
    assert "1 Sample Street" in page
    assert "Ihre Bestellung O1 bei Sample Print" in page
    assert "Guten Tag Kim Sample" in page


def test_what_becomes_of_the_order_does_not_touch_its_letter(hub: MemoryHub, mail: Script, press: Script) -> None:
    press.default("notify", Unavailable("not now"))
    placed(hub)
    hub.run()
    hub.signals("mail", [Bounced(recipient="x", tokens=(sent(mail).envelope_id,))])
    hub.run()
    [created] = [e for e in hub.history("J1") if e.status is JobStatus.EMAIL_BOUNCED_AND_PRINT_JOB_CREATED]
    number = created.detail.split()[1]
    hub.emit("printhub.order.cancelled", {"order": "O1"})
    press.default("notify", Report.done("M-1"))
    hub.advance(timedelta(hours=1))

    assert {d.state for d in hub.deliveries("J1", "mis")} == {DeliveryState.CANCELLED}
    assert {d.state for d in hub.deliveries(number, "mis")} == {DeliveryState.DONE}


def test_a_bounce_that_nobody_signed_is_kept_and_shown(hub: MemoryHub) -> None:
    placed(hub)
    hub.run()
    hub.signals("mail", [Bounced(recipient="kim@customer.example", tokens=("a" * 39,), message_ids=("x@y.example",))])
    hub.run()

    assert len(hub.unattributed()) == 1
    assert JobStatus.EMAIL_BOUNCED not in statuses(hub, "J1")
    assert hub.hub.store.read(lambda tx: suppressions.listed(tx, limit=10)).items == ()


def test_a_message_id_that_the_hub_made_leads_to_the_message_too(hub: MemoryHub, mail: Script) -> None:
    placed(hub)
    hub.run()
    hub.signals("mail", [Bounced(recipient="x", message_ids=(sent(mail).message_id,), hard=True)])
    hub.run()

    assert JobStatus.EMAIL_BOUNCED in statuses(hub, "J1")


def test_a_delay_stands_with_the_delivery_and_nowhere_else(hub: MemoryHub, mail: Script) -> None:
    placed(hub)
    hub.run()
    token = sent(mail).envelope_id
    hub.signals("mail", [Bounced(recipient="x", what=BounceKind.DELAYED, status="4.2.2", tokens=(token,))])
    hub.run()

    [delivery] = hub.deliveries("J1", "mail")
    assert (delivery.state, delivery.reason) == (DeliveryState.DONE, "delayed: 4.2.2")


def test_an_address_that_turned_out_dead_is_on_the_list_until_somebody_takes_it_off(
    hub: MemoryHub, mail: Script
) -> None:
    placed(hub)
    hub.run()
    hub.signals("mail", [Bounced(recipient="other@alias.example", tokens=(sent(mail).envelope_id,), hard=True)])
    hub.run()

    [entry] = hub.hub.store.read(lambda tx: suppressions.listed(tx, addresses=["KIM@customer.example"], limit=10)).items
    assert (entry.medium, entry.address, entry.storefront) == (Medium.EMAIL, "kim@customer.example", "shop")

    hub.hub.acts.suppressions.remove(str(entry.id), by="operator:test", why="they mended it")
    placed(hub, "O2", "J2")
    hub.run()

    assert JobStatus.SENT_EMAIL in statuses(hub, "J2")


def test_of_an_erased_customer_the_list_keeps_that_nothing_is_sent_and_not_where(hub: MemoryHub, mail: Script) -> None:
    placed(hub)
    hub.run()
    hub.signals("mail", [Bounced(recipient="x", tokens=(sent(mail).envelope_id,), hard=True)])
    hub.run()
    hub.hub.acts.erasure.order("O1", by="operator:test", why="they asked")

    [entry] = hub.hub.store.read(lambda tx: suppressions.listed(tx, limit=10)).items
    assert entry.address is None
    assert hub.hub.store.read(lambda tx: suppressions.standing(tx, Medium.EMAIL, "shop", "kim@customer.example"))


def test_of_an_erased_customer_a_suppressed_number_is_forgotten_however_it_was_typed(tmp_path: Path) -> None:
    written = configured(tmp_path)
    written["storefronts"]["shop"]["phone_region"] = "DE"
    with MemoryHub(written, [mis(Script()), scripted_email(Script(), name="mail")]) as hub:
        data = order("O1", [job("J1")])
        data["order"] |= {"customer": {"name": "Kim Sample", "phone": "(030) 12 34 56"}}
        hub.emit("printhub.order.placed", data)
        hub.run()
        hub.hub.acts.suppressions.add("shop", Medium.SMS, "+49 30 123456", by="operator:test", why="STOP")
        hub.hub.acts.erasure.order("O1", by="operator:test", why="they asked")

        [entry] = hub.hub.store.read(lambda tx: suppressions.listed(tx, limit=10)).items
        assert entry.address is None


def test_no_history_of_a_bounce_names_whom_it_was_about(hub: MemoryHub, mail: Script) -> None:
    placed(hub)
    hub.run()
    said = Bounced(
        recipient="kim@customer.example",
        detail="550 kim@customer.example unknown",
        status="5.1.1",
        tokens=(sent(mail).envelope_id,),
        hard=True,
    )
    hub.signals("mail", [said])
    hub.run()

    assert not any("kim@" in entry.detail for entry in hub.history("J1"))
    assert not any("kim@" in delivery.reason for delivery in hub.deliveries("J1"))


def test_what_has_to_arrive_is_printed_where_no_address_is_known(hub: MemoryHub, mail: Script) -> None:
    data = order("O1", [job("J1")])
    data["order"] |= {"customer": {"name": "Kim Sample"}, "billing_address": HOME}
    hub.emit("printhub.order.placed", data)
    hub.run()

    assert mail.asked("send") == []
    assert JobStatus.EMAIL_BOUNCED_AND_PRINT_JOB_CREATED in statuses(hub, "J1")
