"""What is handed to Kannel, and what its reports mean."""

from datetime import UTC, datetime

import pytest

from plugins.sms.tests.sample import HUB, KEY, NUMBER, SECRET, call, came, kannel, message, told
from printhub import (
    AdapterError,
    CannotTell,
    Effect,
    Misconfigured,
    OptOut,
    OutcomeUnknown,
    Receipt,
    Refused,
    Rejected,
    Report,
    Unavailable,
    Verb,
)
from printhub.testing.simulator.answer import Answer
from printhub.testing.simulator.modes import Mode, Work
from printhub.testing.sms_gateway_simulator import SmsGatewaySimulator

REPORT = (
    "id:m1 sub:001 dlvrd:000 submit date:2611270400 done date:2611270401 stat:UNDELIV err:001 text:Your order O-1 can"
)


def answers(status: int, words: str) -> Mode:
    return Mode("answers", answer=Answer(status, words.encode(), {"Content-Type": "text/html"}))


def test_a_text_goes_out_as_it_is_and_its_receipts_find_their_way(gateway: SmsGatewaySimulator) -> None:
    report = kannel(gateway).send(message(text="Grüße & € 印刷"), call())

    [taken] = gateway.texts
    assert (taken.to, taken.sender, taken.text) == (NUMBER, "PrintHub", "Grüße & € 印刷")
    assert taken.receipt_url is not None
    assert taken.receipt_url.startswith(f"{HUB}/receipt?key={KEY}&proof=")
    assert taken.receipt_url.endswith("&type=%d&reply=%A&at=%T")
    assert report == Report.done(KEY, detail="taken by Kannel")


def test_without_a_secret_no_receipts_are_asked_for_and_none_taken(gateway: SmsGatewaySimulator) -> None:
    adapter = kannel(gateway, callback_secret=None)
    adapter.send(message(), call())

    assert gateway.texts[0].receipt_url is None
    for purpose in ("receipt", "inbound"):
        with pytest.raises(Refused):
            adapter.verify(came("GET", f"{HUB}/{purpose}?secret=&key=&proof="))


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        (403, "Authorization failed for sendsms", Misconfigured),
        (404, "Unknown request.", Misconfigured),
        (400, "Number(s) has/have been denied by white- and/or black-lists.", Rejected),
        (400, "Missing receiver number, rejected", Rejected),
        (503, "Temporal failure, try again later.", Unavailable),
        (500, "", OutcomeUnknown),
        (202, "", OutcomeUnknown),
        (200, "Welcome", OutcomeUnknown),
        (202, "4: Something new", OutcomeUnknown),
    ],
)
def test_each_answer_says_who_must_act(
    gateway: SmsGatewaySimulator, status: int, words: str, kind: type[AdapterError]
) -> None:
    gateway.script("send", answers(status, words))

    with pytest.raises(kind):
        kannel(gateway).send(message(), call())


def test_what_waits_for_a_network_is_taken(gateway: SmsGatewaySimulator) -> None:
    gateway.script("send", answers(202, "3: Queued for later delivery"))

    assert "waits" in kannel(gateway).send(message(), call()).detail


def test_what_may_have_been_taken_is_in_doubt_and_nobody_can_be_asked(gateway: SmsGatewaySimulator) -> None:
    gateway.script("send", Mode("drops", Work.ALL, ending=Mode.COMMITS_THEN_DROPS.ending))
    with pytest.raises(OutcomeUnknown):
        kannel(gateway).send(message(), call())

    assert kannel(gateway).effect(Verb.SEND) is Effect.BLIND
    assert isinstance(kannel(gateway).lookup(message(), call()), CannotTell)
    assert len(gateway.texts) == 1


def test_check_hands_in_nothing(gateway: SmsGatewaySimulator) -> None:
    assert "knows user" in kannel(gateway).check(call()).detail
    with pytest.raises(Misconfigured):
        kannel(gateway, password="another").check(call())
    assert gateway.texts == []


@pytest.mark.parametrize(
    ("state", "said", "failed"),
    [
        ("delivered", "delivered", False),
        ("undelivered", "undelivered", True),
        ("queued", "queued", False),
        ("sent", "sent", False),
        ("rejected", "failed", True),
    ],
)
def test_each_report_is_proved_and_read(gateway: SmsGatewaySimulator, state: str, said: str, failed: bool) -> None:
    adapter = kannel(gateway)
    adapter.send(message(), call())
    request = told(gateway.receipt(gateway.texts[0], state))
    adapter.verify(request)

    [receipt] = adapter.read(request).signals

    assert isinstance(receipt, Receipt)
    assert (receipt.key, receipt.state, receipt.failed) == (KEY, said, failed)
    assert receipt.at == datetime.fromtimestamp(1790000000, UTC)


@pytest.mark.parametrize(
    ("reply", "code", "detail"),
    [
        (REPORT, "UNDELIV 001", "the network says UNDELIV"),
        (
            "NACK/0x0000000b/Invalid Destination Address",
            "0x0000000b",
            "the network refused it: Invalid Destination Address",
        ),
        ("NACK/Retries Exceeded", "", "the network refused it: Retries Exceeded"),
        ("+447400123456 Your order", "", ""),
    ],
)
def test_of_the_networks_words_only_the_reason_is_kept(
    gateway: SmsGatewaySimulator, reply: str, code: str, detail: str
) -> None:
    adapter = kannel(gateway)
    adapter.send(message(), call())

    [receipt] = adapter.read(told(gateway.receipt(gateway.texts[0], "undelivered", reply=reply))).signals

    assert isinstance(receipt, Receipt)
    assert (receipt.code, receipt.detail) == (code, detail)


def test_a_report_of_another_delivery_or_hub_is_refused(gateway: SmsGatewaySimulator) -> None:
    adapter = kannel(gateway)
    adapter.send(message(), call())
    url = gateway.receipt(gateway.texts[0], "delivered").url

    for other in (
        url.replace(KEY, "another"),
        url.replace("proof=", "proof=0"),
        url.partition("&")[0],
        HUB + "/receipt",
    ):
        with pytest.raises(Refused):
            adapter.verify(came("GET", other))
    with pytest.raises(Refused):
        kannel(gateway, callback_secret="another-secret-0123").verify(came("GET", url))


@pytest.mark.parametrize("query", ["", "type=1", f"key={KEY}&type=3", f"key={KEY}&type=one"])
def test_what_is_no_report_cannot_be_read(gateway: SmsGatewaySimulator, query: str) -> None:
    with pytest.raises(ValueError, match="report"):
        kannel(gateway).read(came("GET", f"{HUB}/receipt?{query}"))


@pytest.mark.parametrize(
    ("sender", "number"), [("447400123456", NUMBER), ("%2B447400123456", NUMBER), ("80100", "80100")]
)
def test_who_writes_stop_opts_out(gateway: SmsGatewaySimulator, sender: str, number: str) -> None:
    adapter = kannel(gateway)
    request = came("GET", f"{HUB}/inbound?from={sender}&text=STOP+please&id=m-1&secret={SECRET}")
    adapter.verify(request)

    [out] = adapter.read(request).signals

    assert isinstance(out, OptOut)
    assert (out.recipient, out.withdrawn, out.dedupe) == (number, False, "m-1")


def test_a_text_without_the_secret_is_refused(gateway: SmsGatewaySimulator) -> None:
    for secret in ("", "&secret=", "&secret=another"):
        with pytest.raises(Refused):
            kannel(gateway).verify(came("GET", f"{HUB}/inbound?from={NUMBER}&text=STOP{secret}"))


def test_what_is_no_text_cannot_be_read(gateway: SmsGatewaySimulator) -> None:
    with pytest.raises(ValueError, match="from and text"):
        kannel(gateway).read(came("GET", f"{HUB}/inbound?from={NUMBER}"))
