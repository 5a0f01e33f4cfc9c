"""What was found wrong with messages once, each as somebody would meet it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from printhub.core.bounces.told import bounce_signals
from printhub.core.flow import notices
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import OutcomeUnknown, Rejected, Unavailable
from printhub.core.model.signals import Bounced
from printhub.core.model.statuses import JobStatus
from printhub.core.model.suppression import Medium
from printhub.core.model.verbs import Effect, Kind, Verb
from printhub.core.store import suppressions
from printhub.testing import Script, after_sending, scripted_email, scripted_sms
from printhub.testing.memory_hub import MemoryHub
from tests.integration.test_messages import HOME, KIM, configured, sent, statuses
from tests.invariants.shop import job, mis, order

PHONE = {"phone": "07400 123456"}
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def shop(folder: Path, *names: str, **notifications: Any) -> dict[str, Any]:
    """A configuration of these instances, all on one route."""
    written = configured(folder, **notifications)
    written["instances"] = {one: {"adapter": one, "mode": "test", "retry": {"jitter": 0.0}} for one in names}
    written["routes"] = [{"instances": list(names)}]
    written["storefronts"]["shop"]["phone_region"] = "GB"
    return written


def email(script: Script, name: str = "mail") -> Any:  # noqa: ANN401 - a class that is made
    return scripted_email(script, name=name, verbs=("send",))


def text(script: Script, name: str = "text", effect: Effect = Effect.BLIND) -> Any:  # noqa: ANN401 - a class that is made
    return scripted_sms(script, name=name, verbs=("send",), effects={Verb.SEND: effect})


@pytest.fixture
def mail() -> Script:
    return Script()


@pytest.fixture
def hub(mail: Script, tmp_path: Path) -> Iterator[MemoryHub]:
    written = shop(tmp_path, "mis", "mail", order_confirmation={"critical": True})
    with MemoryHub(written, [mis(Script()), email(mail)]) as made:
        yield made


def place(hub: MemoryHub, number: str = "O1", job_: str = "J1", payment: str = "Paid", **facts: Any) -> None:
    data = order(number, [job(job_)], payment_status=payment)
    data["order"] |= {"customer": KIM | facts.pop("customer", {}), "billing_address": HOME} | facts
    hub.emit("printhub.order.placed", data)
    hub.run()


def bounce(hub: MemoryHub, mail: Script, *, hard: bool = True) -> None:
    hub.signals("mail", [Bounced(recipient="x", tokens=(sent(mail).envelope_id,), status="5.1.1", hard=hard)])
    hub.run()


def told(hub: MemoryHub) -> list[str]:
    """What staff were told, newest first."""
    page = hub.hub.store.read(lambda tx: notices.listed(tx, limit=100))
    return [notice.matter for _, notice in page.items if notice is not None]


@pytest.mark.parametrize("kind", ["mail", "text"])
def test_what_may_have_gone_goes_by_no_other_instance_even_where_a_later_attempt_is_refused(
    tmp_path: Path, kind: str
) -> None:
    first, other = Script(), Script()
    first.answer("send", after_sending(OutcomeUnknown("the line broke")), Rejected("barred"))
    there = [email(first), email(other, "mail2")]
    if kind == "text":
        there = [text(first, effect=Effect.KEYED), text(other, "text2")]
    on = {"order_confirmation": {"email": kind == "mail"}, "shipped": {"sms": True, "email": False}}
    with MemoryHub(shop(tmp_path, "mis", kind, f"{kind}2", **on), [mis(Script()), *there]) as hub:
        place(hub, customer=PHONE)
        hub.emit("printhub.job.shipped", {"job": "J1"})
        hub.run()
        hub.advance(HOUR)

        assert len(first.asked("send")) == 2
        assert other.asked("send") == []


def test_a_number_of_any_length_stops_no_other_message(hub: MemoryHub) -> None:
    place(hub, "A" + "/" * 127, "J1", payment="Pending")
    hub.advance(timedelta(days=10))
    place(hub, "O2", "J2")

    assert [one.state for one in hub.deliveries("J1", "mail")] == [DeliveryState.DONE] * 2
    assert JobStatus.SENT_EMAIL in statuses(hub, "J2")


def test_a_line_break_in_an_address_is_none_of_the_letters(hub: MemoryHub, mail: Script) -> None:
    place(hub, billing_address=HOME | {"name": "Kim\nSample"})
    bounce(hub, mail)

    assert JobStatus.EMAIL_BOUNCED_AND_PRINT_JOB_CREATED in statuses(hub, "J1")


def test_of_an_address_that_fits_into_no_window_staff_are_told_once(hub: MemoryHub, mail: Script) -> None:
    place(hub, billing_address=HOME | {"town": "t" * 200, "state": "s" * 100})
    bounce(hub, mail)
    hub.advance(HOUR)

    assert told(hub) == ["undeliverable"]


def test_a_subject_that_a_letter_has_no_room_for_is_cut(hub: MemoryHub, mail: Script, tmp_path: Path) -> None:
    folder = tmp_path / "order_confirmation" / "de"
    folder.mkdir(parents=True)
    (folder / "subject.txt").write_text("Ihre Bestellung {{ order.number }} " * 12)
    place(hub)
    bounce(hub, mail)

    assert JobStatus.EMAIL_BOUNCED_AND_PRINT_JOB_CREATED in statuses(hub, "J1")


@pytest.mark.parametrize("why", ["larger than files may be", "longer than letters are"])
def test_where_no_letter_can_be_made_staff_are_told_once(tmp_path: Path, mail: Script, why: str) -> None:
    written = shop(tmp_path, "mis", "mail", order_confirmation={"critical": True})
    if "files" in why:
        written["files"] = {"max_bytes": 5000}
    else:
        folder = tmp_path / "order_confirmation"
        folder.mkdir()
        (folder / "text.txt").write_text("{% for _ in range(6000) %}Thank you.\n{% endfor %}")
    with MemoryHub(written, [mis(Script()), email(mail)]) as hub:
        place(hub, customer={"language": "en"})
        bounce(hub, mail)
        hub.advance(HOUR)

        assert told(hub) == ["undeliverable"]
        assert [one.state for one in hub.deliveries("J1", "mail")] == [DeliveryState.FAILED]


@pytest.mark.parametrize("how", ["opted out", "refused", "no template"])
def test_where_the_text_message_does_not_arrive_either_a_letter_goes(tmp_path: Path, mail: Script, how: str) -> None:
    phone = Script()
    steps = {"critical": True, "after_bounce": ["sms", "print"]}
    written = shop(tmp_path, "mis", "mail", "text", order_confirmation=steps)
    if how == "no template":
        folder = tmp_path / "order_confirmation"
        folder.mkdir()
        (folder / "sms.txt").write_text("")
    with MemoryHub(written, [mis(Script()), email(mail), text(phone)]) as hub:
        if how == "opted out":
            hub.hub.acts.suppressions.add("shop", Medium.SMS, "+447400123456", by="operator:test", why="STOP")
        phone.default("send", Rejected("barred"))
        place(hub, customer=PHONE)
        bounce(hub, mail)
        hub.advance(MINUTE)

        assert JobStatus.EMAIL_BOUNCED_AND_PRINT_JOB_CREATED in statuses(hub, "J1")


def test_where_there_is_no_postal_address_what_stands_behind_print_is_tried(tmp_path: Path, mail: Script) -> None:
    steps = {"critical": True, "after_bounce": ["print", "address"]}
    with MemoryHub(shop(tmp_path, "mis", "mail", order_confirmation=steps), [mis(Script()), email(mail)]) as hub:
        place(hub, billing_address={"email": "accounts@customer.example"})
        bounce(hub, mail)

        assert sent(mail).recipient == "accounts@customer.example"
        assert told(hub) == []


def test_the_address_that_was_written_to_is_suppressed_and_not_the_one_that_is_known_now(
    hub: MemoryHub, mail: Script
) -> None:
    place(hub)
    now: dict[str, Any] = KIM | {"email": "kim.new@customer.example"}
    hub.emit("printhub.order.changed", {"order": "O1", "customer": now})
    bounce(hub, mail)

    [entry] = hub.hub.store.read(lambda tx: suppressions.listed(tx, limit=10)).items
    assert entry.address == "kim@customer.example"


def test_no_letter_is_made_of_what_has_arrived_meanwhile(
    hub: MemoryHub, mail: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail.answer("send", Rejected("no such user", bounced=True))
    with monkeypatch.context() as full:

        def no_room(*_: object, **__: object) -> None:
            raise OSError(28, "no space left on device")

        full.setattr(hub.hub.folders, "take", no_room)
        place(hub)
    [message] = hub.deliveries("J1", "mail")
    hub.retrigger(message.id)
    hub.run()
    hub.advance(HOUR)

    assert hub.deliveries("J1", "mail")[0].state is DeliveryState.DONE
    assert JobStatus.EMAIL_BOUNCED_AND_PRINT_JOB_CREATED not in statuses(hub, "J1")


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "punycode", "utf-8"])
def test_a_bounce_counts_whatever_its_letters_are(hub: MemoryHub, mail: Script, charset: str) -> None:
    place(hub)
    said = "The following address failed:\r\n<kim@customer.example>: 550 5.1.1 no such user +2AA- \x00 \\ud800\r\n"
    head = (
        "From: MAILER-DAEMON@customer.example\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"To: bounces+{sent(mail).envelope_id}@hub.example\r\nContent-Type: text/plain; charset={charset}\r\n\r\n"
    )
    hub.signals("mail", bounce_signals((head + said).encode()))
    hub.run()

    assert JobStatus.EMAIL_BOUNCED in statuses(hub, "J1")


def test_what_was_told_before_a_reprint_is_not_told_again_when_a_plugin_is_back(tmp_path: Path, mail: Script) -> None:
    phone = Script()
    there = shop(
        tmp_path, "mis", "mail", "text", order_confirmation={"enabled": False}, ready_for_collection={"sms": True}
    )
    aside = there | {"instances": there["instances"] | {"mail": there["instances"]["mail"] | {"set_aside": "broken"}}}
    with MemoryHub(there, [mis(Script()), email(mail), text(phone)]) as hub:
        hub.restart(aside)
        place(hub, customer=PHONE)
        hub.emit("printhub.job.progressed", {"job": "J1", "status": "ReadyForCollection"})
        hub.run()
        hub.advance(MINUTE)
        hub.reprint("J1")
        hub.restart(there)
        hub.advance(HOUR)

        assert (len(phone.asked("send")), len(mail.asked("send"))) == (1, 1)


def test_blanks_around_an_address_and_line_breaks_in_a_name_are_none_of_the_mails(hub: MemoryHub, mail: Script) -> None:
    place(hub, customer={"email": " kim@customer.example ", "name": "Kim\nSample"})

    assert (sent(mail).recipient, sent(mail).recipient_name) == ("kim@customer.example", "Kim Sample")


def test_a_bounce_of_the_first_attempt_counts_while_the_second_waits(hub: MemoryHub, mail: Script) -> None:
    mail.answer("send", after_sending(OutcomeUnknown("the line broke")), Unavailable("greylisted"))
    place(hub)
    hub.advance(timedelta(seconds=61))
    assert [one.state for one in hub.deliveries("J1", "mail")] == [DeliveryState.RETRYING]

    bounce(hub, mail)
    hub.advance(HOUR)

    assert JobStatus.EMAIL_BOUNCED_AND_PRINT_JOB_CREATED in statuses(hub, "J1")
    assert len(mail.asked("send")) == 2


def test_a_document_that_is_not_kept_any_more_does_not_silently_stay_out_of_the_letter(
    tmp_path: Path, mail: Script
) -> None:
    (tmp_path / "invoice.pdf").write_bytes(b"%PDF-1.7 not read by anybody here")
    written = shop(tmp_path, "mis", "mail", statement={"critical": True}, order_confirmation={"enabled": False})
    written["files"] = {"roots": [str(tmp_path)]}
    with MemoryHub(written, [mis(Script()), email(mail)]) as hub:
        place(hub)
        document: dict[str, Any] = {"name": "invoice.pdf", "url": (tmp_path / "invoice.pdf").as_uri()}
        hub.emit("printhub.order.statement_issued", {"order": "O1", "statement": {"id": "S1", "document": document}})
        hub.advance(MINUTE)
        token = sent(mail).envelope_id
        assert len(sent(mail).attachments) == 1
        hub.emit("printhub.order.shipped", {"order": "O1", "shipment": {"id": "P1"}})
        hub.advance(timedelta(days=3))
        hub.signals("mail", [Bounced(recipient="x", tokens=(token,), hard=True)])
        hub.run()

        assert JobStatus.EMAIL_BOUNCED_AND_PRINT_JOB_CREATED not in statuses(hub, "J1")
        assert "undeliverable" in told(hub)
        assert {one.kind for one in hub.deliveries("J1", "mail")} == {Kind.EMAIL}


@pytest.mark.parametrize(
    ("logo", "made"), [("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", True), ("none", False)]
)
def test_a_letter_shows_the_storefronts_logo(tmp_path: Path, mail: Script, logo: str, made: bool) -> None:
    (tmp_path / "logo.svg").write_text(logo)
    written = shop(tmp_path, "mis", "mail", order_confirmation={"critical": True})
    written["storefronts"]["shop"]["brand"]["logo"] = str(tmp_path / "logo.svg")
    with MemoryHub(written, [mis(Script()), email(mail)]) as hub:
        place(hub)
        bounce(hub, mail)

        assert (JobStatus.EMAIL_BOUNCED_AND_PRINT_JOB_CREATED in statuses(hub, "J1")) is made
        assert told(hub) == ([] if made else ["undeliverable"])
