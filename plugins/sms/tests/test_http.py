"""A gateway that is described in the configuration."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from plugins.sms.tests.sample import (
    HUB,
    KEY,
    NUMBER,
    SECRET,
    adapter,
    call,
    came,
    gateway_settings,
    http,
    message,
    told,
)
from printhub import (
    Absent,
    AdapterError,
    CannotTell,
    Effect,
    Found,
    Misconfigured,
    OptOut,
    Outcome,
    OutcomeUnknown,
    Receipt,
    Refused,
    Rejected,
    Report,
    Scope,
    Unavailable,
    Verb,
)
from printhub.testing.simulator.answer import Answer
from printhub.testing.simulator.modes import Mode, Work
from printhub.testing.sms_gateway_simulator import SmsGatewaySimulator


def answers(status: int, words: str, **headers: str) -> Mode:
    return Mode("answers", answer=Answer(status, words.encode(), headers))


def test_a_text_goes_out_as_the_templates_say(gateway: SmsGatewaySimulator) -> None:
    report = http(gateway).send(message(text='Grüße & "€"'), call())

    [taken] = gateway.texts
    assert (taken.to, taken.sender, taken.text, taken.key) == (NUMBER, "PrintHub", 'Grüße & "€"', KEY)
    assert report == Report.done(taken.id, detail=f"taken by the gateway as {taken.id}")


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        (422, "STOPPED", Rejected),
        (422, "NUMBER", Rejected),
        (422, "TEXT", Rejected),
        (200, "NO_CREDIT", Misconfigured),
        (400, "SENDER", Misconfigured),
        (400, "LATER", Unavailable),
        (400, "who knows", Rejected),
        (401, "", Misconfigured),
        (403, "", Misconfigured),
        (404, "", Misconfigured),
        (408, "", OutcomeUnknown),
        (429, "", Unavailable),
        (503, "", Unavailable),
        (500, "", OutcomeUnknown),
        (302, "", OutcomeUnknown),
        (200, '{"id": "1"}', OutcomeUnknown),
        (201, "", OutcomeUnknown),
        (201, '{"id": null}', OutcomeUnknown),
        (201, "\x00 no JSON", OutcomeUnknown),
    ],
)
def test_each_answer_says_who_must_act(
    gateway: SmsGatewaySimulator, status: int, words: str, kind: type[AdapterError]
) -> None:
    gateway.script("send", answers(status, words))

    with pytest.raises(kind) as said:
        http(gateway).send(message(), call())

    assert getattr(said.value, "opted_out", False) is (words == "STOPPED")
    assert getattr(said.value, "bounced", False) is (words in ("STOPPED", "NUMBER"))
    assert getattr(said.value, "scope", None) is not Scope.DELIVERY or words == "SENDER"


def test_a_plain_answer_is_read_by_patterns(gateway: SmsGatewaySimulator) -> None:
    plain = http(gateway, success={"statuses": [200], "matches": "^OK ", "id_pattern": r"^OK (\w+)"})
    gateway.script("send", answers(200, "OK m17"), answers(200, "ERR 3"))

    assert plain.send(message(), call()).reference == "m17"
    with pytest.raises(OutcomeUnknown):
        plain.send(message(), call())


def test_parameters_and_forms_can_carry_it_all(gateway: SmsGatewaySimulator) -> None:
    send = {
        "method": "GET",
        "url": f"{gateway.url}/cgi-bin/sendsms",
        "params": {
            "username": "hub",
            "password": "{{ secrets.token }}",
            "to": "{{ to }}",
            "from": "{{ sender }}",
            "text": "{{ text }}",
            "coding": "{{ 2 if encoding == 'UCS-2' else 0 }}",
            "dlr-url": "{{ receipt_url }}",
        },
    }
    plain = http(gateway, send=send, keyed=False, success={"statuses": [202], "matches": "^[03]: "}, lookup=None)

    report = plain.send(message(text="Grüße & €"), call())

    assert (gateway.texts[0].text, report.reference) == ("Grüße & €", KEY)
    assert plain.effect(Verb.SEND) is Effect.BLIND


def test_a_lost_answer_is_in_doubt_even_of_a_get(gateway: SmsGatewaySimulator) -> None:
    send = {"method": "GET", "url": f"{gateway.url}/cgi-bin/sendsms", "params": {"to": "{{ to }}"}}
    gateway.script("send", Mode.DROPS_BEFORE_COMMIT)

    with pytest.raises(OutcomeUnknown):
        http(gateway, send=send, keyed=False).send(message(), call())


def test_a_template_that_lacks_a_fact_fails_before_anything_is_sent(gateway: SmsGatewaySimulator) -> None:
    send = gateway_settings(gateway)["send"] | {"body": {"to": "{{ number }}", "key": "{{ key }}"}}

    with pytest.raises(Misconfigured) as said:
        http(gateway, send=send).send(message(), call())

    assert said.value.scope is Scope.DELIVERY
    assert gateway.requests == 0


def test_the_gateway_is_asked_where_it_can_be(gateway: SmsGatewaySimulator) -> None:
    asking = http(gateway)
    assert asking.effect(Verb.SEND) == Effect.KEYED | Effect.LOOKUP
    assert asking.lookup(message(), call()) == Absent()
    gateway.script("send", Mode("drops", Work.ALL, ending=Mode.COMMITS_THEN_DROPS.ending))
    with pytest.raises(OutcomeUnknown):
        asking.send(message(), call())

    found = asking.lookup(message(), call())

    assert isinstance(found, Found)
    assert isinstance(found.report, Report)
    assert found.report.reference == gateway.texts[0].id


def test_a_lookup_that_cannot_be_read_says_nothing(gateway: SmsGatewaySimulator) -> None:
    for mode in (answers(500, ""), answers(200, "no JSON"), answers(400, ""), answers(429, "")):
        gateway.script("lookup", mode)
        with pytest.raises(Unavailable):
            http(gateway).lookup(message(), call())
    assert isinstance(http(gateway, lookup=None).lookup(message(), call()), CannotTell)


def test_check_makes_the_harmless_request(gateway: SmsGatewaySimulator) -> None:
    assert http(gateway).check(call()).outcome is Outcome.DONE
    assert http(gateway, check=None).check(call()).outcome is Outcome.SKIPPED
    with pytest.raises(Misconfigured):
        http(gateway, secrets={"token": "another"}).check(call())


# --- receipts and texts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "said", "failed"),
    [
        ("sent", "sent", False),
        ("delivered", "delivered", False),
        ("undelivered", "undelivered", True),
        ("rejected", "failed", True),
    ],
)
def test_receipts_are_proved_by_their_address_and_mapped(
    gateway: SmsGatewaySimulator, state: str, said: str, failed: bool
) -> None:
    own = http(gateway)
    own.send(message(), call())
    request = told(gateway.receipt(gateway.texts[0], state, code="17"))
    own.verify(request)

    [receipt] = own.read(request).signals

    assert isinstance(receipt, Receipt)
    assert (receipt.key, receipt.reference, receipt.state, receipt.failed) == (KEY, gateway.texts[0].id, said, failed)
    assert receipt.code == ("17" if failed else "")


def test_a_word_that_is_not_mapped_is_left_alone(gateway: SmsGatewaySimulator) -> None:
    own = http(gateway)
    own.send(message(), call())

    assert own.read(told(gateway.receipt(gateway.texts[0], "queued"))).signals == []


def test_several_receipts_may_come_at_once(gateway: SmsGatewaySimulator) -> None:
    receipts = gateway_settings(gateway)["receipts"] | {"each": "reports", "key": "ref"}
    own = http(gateway, receipts=receipts, proof="header", proof_header="X-Token")
    body = {"reports": [{"id": "1", "state": "sent", "ref": "a"}, {"id": "2", "state": "delivered"}]}
    request = came("POST", f"{HUB}/receipt?key=forged", {"x-token": SECRET}, json.dumps(body).encode())
    own.verify(request)

    assert [(one.key, one.reference) for one in own.read(request).signals] == [("a", "1"), (None, "2")]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"id": "1"}', b'{"state": "sent"}', b"[" * 100_000])
def test_what_reads_otherwise_is_an_error(gateway: SmsGatewaySimulator, body: bytes) -> None:
    own = http(gateway, proof="query")
    request = came("POST", f"{HUB}/receipt?secret={SECRET}", {}, body)
    own.verify(request)

    with pytest.raises(ValueError, match=r"."):
        own.read(request)


@pytest.mark.parametrize(
    ("proof", "query", "headers"),
    [
        ("address", "", {}),
        ("address", f"?key={KEY}&proof={'0' * 64}", {}),
        ("address", f"?secret={SECRET}", {}),
        ("query", "?secret=another", {}),
        ("header", f"?secret={SECRET}", {}),
        ("header", "", {"x-secret": "another"}),
    ],
)
def test_a_receipt_that_proves_nothing_is_refused(
    gateway: SmsGatewaySimulator, proof: str, query: str, headers: dict[str, str]
) -> None:
    with pytest.raises(Refused):
        http(gateway, proof=proof).verify(came("POST", f"{HUB}/receipt{query}", headers, b"{}"))


def test_where_no_receipts_are_configured_none_are_taken(gateway: SmsGatewaySimulator) -> None:
    with pytest.raises(Refused, match="takes no such"):
        http(gateway, receipts=None, proof="query").verify(came("POST", f"{HUB}/receipt?secret={SECRET}"))


@pytest.mark.parametrize("sender", [NUMBER, NUMBER[1:], "+44 7400 123456"])
def test_who_writes_stop_opts_out(gateway: SmsGatewaySimulator, sender: str) -> None:
    body = json.dumps({"from": sender, "text": "Arrêt", "id": "m-1"}).encode()
    own = adapter(http=gateway_settings(gateway), words={"stop": ["arrêt"]})
    request = came("POST", f"{HUB}/inbound?secret={SECRET}", {}, body)
    own.verify(request)

    [out] = own.read(request).signals

    assert out == OptOut(recipient=NUMBER, dedupe="m-1")


# --- configuration ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"callback_secret": None}, "callback_secret is missing"),
        ({"callback_secret": "short"}, "at least 16"),
        ({"user": "hub"}, "both user and password"),
        ({"keyed": True, "send": {"url": "http://x.example", "body": {"to": "{{ to }}"}}}, "keyed: nothing in send"),
        ({"success": {"id": "a["}}, "JMESPath"),
        ({"success": {"id_pattern": "OK"}}, "one group"),
        ({"success": {"matches": "("}}, "regular expression"),
        ({"failures": [{"means": "rejected"}]}, "expected statuses or matches"),
        ({"send": {"url": "http://x.example", "params": {"a": "{{ key"}}}, "params"),
    ],
)
def test_what_cannot_work_is_found_when_it_is_read(
    gateway: SmsGatewaySimulator, changes: dict[str, Any], why: str
) -> None:
    with pytest.raises(ValidationError, match=why):
        http(gateway, **changes)
