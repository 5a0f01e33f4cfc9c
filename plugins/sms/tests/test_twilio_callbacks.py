"""Whom a callback is believed, and what it says."""

import hashlib

import pytest
from pydantic import SecretStr

from plugins.sms.tests.sample import HUB, KEY, NUMBER, call, came, message, told, twilio
from printhub import OptOut, Receipt, Refused
from printhub.testing.twilio_simulator import TwilioSimulator
from printhub.testing.twilio_simulator.callbacks import signature
from printhub_sms.twilio.signature import verify

EXAMPLE = "https://mycompany.com/myapp.php?foo=1&bar=2"
FIELDS = b"CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212"


def signed(url: str, given: str, body: bytes = FIELDS) -> None:
    verify(came("POST", url, {"x-twilio-signature": given}, body), [SecretStr("12345")])


def test_twilios_own_example_is_signed_so() -> None:
    signed(EXAMPLE, "RSOYDt4T1cUTdK1PDd93/VVr8B8=")


@pytest.mark.parametrize(
    ("url", "body"),
    [
        (EXAMPLE.replace("foo=1", "foo=2"), FIELDS),
        (EXAMPLE.replace("https", "http"), FIELDS),
        (EXAMPLE, FIELDS + b"&x=y"),
        (EXAMPLE, FIELDS.replace(b"1234&", b"1235&")),
        (EXAMPLE, b""),
        (EXAMPLE, b"\xff"),
        (EXAMPLE, b"no form"),
    ],
)
def test_another_address_or_body_is_refused(url: str, body: bytes) -> None:
    with pytest.raises(Refused):
        signed(url, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", body)


@pytest.mark.parametrize("given", ["", "RSOYDt4T1cUTdK1PDd93/VVr8B9=", "é", "="])
def test_another_signature_or_none_is_refused(given: str) -> None:
    with pytest.raises(Refused):
        signed(EXAMPLE, given)


@pytest.mark.parametrize(
    ("called", "known"),
    [
        ("https://hub.example:443/in/text/receipt?key=1", "https://hub.example/in/text/receipt?key=1"),
        ("https://hub.example/in/text/receipt", "https://hub.example:443/in/text/receipt"),
        ("https://hub.example:8443/in/text/receipt", "https://hub.example:8443/in/text/receipt"),
    ],
)
def test_the_port_may_be_signed_or_not(called: str, known: str) -> None:
    signed(known, signature("12345", called, [("a", "b")]), b"a=b")


def test_of_a_repeated_field_each_value_is_signed_once() -> None:
    given = signature("12345", EXAMPLE, [("a", "1"), ("a", "2"), ("b", "")])

    signed(EXAMPLE, given, b"a=2&a=1&a=2&b=")


def test_a_body_that_is_no_form_is_signed_by_its_digest() -> None:
    body = b'{"a": 1}'
    url = f"{EXAMPLE}&bodySHA256={hashlib.sha256(body).hexdigest()}"

    signed(url, signature("12345", url, []), body)
    with pytest.raises(Refused, match="bodySHA256"):
        signed(url, signature("12345", url, []), b'{"a": 2}')


def test_while_a_token_is_changed_either_is_good(simulator: TwilioSimulator) -> None:
    simulator.text(NUMBER, "Stop", f"{HUB}/inbound")
    [callback] = simulator.callbacks

    twilio(simulator, auth_tokens=["f" * 32, simulator.account.auth_token]).verify(told(callback))
    with pytest.raises(Refused):
        twilio(simulator, auth_tokens=["f" * 32]).verify(told(callback))


def test_what_was_signed_for_one_delivery_says_nothing_of_another(simulator: TwilioSimulator) -> None:
    twilio(simulator).send(message(), call())
    simulator.move(simulator.messages[0], "delivered")
    [callback] = simulator.callbacks

    changed = came("POST", callback.url.replace(KEY, "another"), callback.headers, callback.body)

    with pytest.raises(Refused):
        twilio(simulator).verify(changed)


# --- what they say ------------------------------------------------------------------------------------------------


def test_every_status_is_told_once_and_names_its_delivery(simulator: TwilioSimulator) -> None:
    hub = twilio(simulator)
    hub.send(message(), call())
    [taken] = simulator.messages
    simulator.move(taken, "sending", "sent", "delivered")

    said: list[object] = []
    for callback in simulator.callbacks:
        hub.verify(told(callback))
        said += hub.read(told(callback)).signals

    receipts = [one for one in said if isinstance(one, Receipt)]
    assert [(one.key, one.reference, one.dedupe, one.failed) for one in receipts] == [
        (KEY, taken.sid, f"{taken.sid}:{status}", False) for status in ("sending", "sent", "delivered")
    ]


@pytest.mark.parametrize("status", ["undelivered", "failed"])
def test_a_failure_says_why(simulator: TwilioSimulator, status: str) -> None:
    twilio(simulator).send(message(), call())
    simulator.move(simulator.messages[0], status, code=30003)

    [receipt] = twilio(simulator).read(told(simulator.callbacks[0])).signals

    assert isinstance(receipt, Receipt)
    assert (receipt.failed, receipt.code, receipt.state) == (True, "30003", status)
    assert "could not be reached" in receipt.detail


def test_a_failure_by_opt_out_is_one_as_well(simulator: TwilioSimulator) -> None:
    twilio(simulator).send(message(), call())
    simulator.move(simulator.messages[0], "failed", code=21610)

    receipt, out = twilio(simulator).read(told(simulator.callbacks[0])).signals

    assert isinstance(receipt, Receipt)
    assert receipt.failed
    assert isinstance(out, OptOut)
    assert (out.recipient, out.withdrawn) == (NUMBER, False)


@pytest.mark.parametrize(
    ("words", "withdrawn"), [("STOP", False), ("Stop please", False), (" quit ", False), ("start", True)]
)
def test_who_writes_stop_opts_out_and_who_writes_start_wants_again(
    simulator: TwilioSimulator, words: str, withdrawn: bool
) -> None:
    simulator.text(NUMBER, words, f"{HUB}/inbound")
    request = told(simulator.callbacks[0])
    twilio(simulator).verify(request)

    received = twilio(simulator).read(request)

    [out] = received.signals
    assert isinstance(out, OptOut)
    assert (out.recipient, out.withdrawn) == (NUMBER, withdrawn)
    assert (received.answer.body, received.answer.media_type) == (b"<Response/>", "text/xml")


def test_any_other_text_says_nothing(simulator: TwilioSimulator) -> None:
    simulator.text(NUMBER, "Thanks, do not stop the press", f"{HUB}/inbound")

    assert twilio(simulator).read(told(simulator.callbacks[0])).signals == []


def test_who_said_stop_is_refused_by_twilio_itself(simulator: TwilioSimulator) -> None:
    simulator.text(NUMBER, "STOP", f"{HUB}/inbound")
    assert NUMBER in simulator.account.opted_out
    simulator.text(NUMBER, "START", f"{HUB}/inbound")

    twilio(simulator).send(message(), call())

    assert len(simulator.messages) == 1


@pytest.mark.parametrize("body", [b"", b"MessageSid=SM1", b"MessageStatus=sent", b"MessageSid=SM1&MessageStatus=lost"])
def test_what_is_no_status_cannot_be_read(simulator: TwilioSimulator, body: bytes) -> None:
    for purpose in ("receipt", "inbound"):
        with pytest.raises(ValueError, match="has"):
            twilio(simulator).read(came("POST", f"{HUB}/{purpose}", {}, body))
