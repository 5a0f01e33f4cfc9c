"""Against a real Kannel: a text goes through its network, its receipt comes back, and so does STOP."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from plugins.sms.tests.sample import NUMBER, SECRET, adapter, call, came, message
from printhub import InboundRequest, Misconfigured, OptOut, Receipt, Rejected, Report, segments_of
from printhub_sms.adapter import Sms
from tests.services import kannel
from tests.services.smpp import SmppNetwork
from tests.services.waiting import wait_until


class Hub(BaseHTTPRequestHandler):
    """Where Kannel calls back."""

    base: ClassVar[str] = ""
    calls: ClassVar[list[InboundRequest]] = []

    def do_GET(self) -> None:
        self.calls.append(came("GET", self.base + self.path))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the interface of http.server
        """Nothing is written."""


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    Hub.base = f"http://127.0.0.1:{server.server_address[1]}"
    yield f"{Hub.base}/in/text"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def running(base: str) -> Iterator[kannel.Kannel]:
    kannel.required()
    inbound = f"{base}/inbound?from=%p&text=%b&id=%I&secret={SECRET}"
    with SmppNetwork() as network, kannel.Kannel(inbound, smpp=network.port) as made:
        yield made


def text(running: kannel.Kannel, **changes: str) -> Sms:
    settings = {"url": running.url, "user": running.user, "password": running.password, "callback_secret": SECRET}
    return adapter(kannel=settings | changes, sender="Print Shop")


def sent(running: kannel.Kannel, base: str, key: str, **changes: str) -> Report:
    return text(running).send(message(**changes), replace(call(key), callback_url=base))


def told(running: kannel.Kannel, key: str, state: str) -> Receipt:
    """Wait for a receipt of this call, believed and read as the hub does."""
    found: list[Receipt] = []

    def has_come() -> bool:
        for request in list(Hub.calls):
            if request.query.get("key") == key:
                text(running).verify(request)
                signals = text(running).read(request).signals
                found.extend(one for one in signals if isinstance(one, Receipt) and one.state == state)
        return bool(found)

    wait_until(has_come, f"it is told that {key} is {state}", 30)
    return found[0]


@pytest.mark.parametrize(
    "words", ["Hello Kim, your order is here.", "Grüße & € [20 % off] <b>", "Votre commande est là ✓ 注文 🖨"]
)
def test_words_of_every_script_go_through_and_a_receipt_comes_back(
    running: kannel.Kannel, base: str, words: str
) -> None:
    key = f"words-{len(words)}"
    report = sent(running, base, key, text=words)

    assert (report.outcome, report.reference) == ("done", key)
    receipt = told(running, key, "delivered")
    assert (receipt.key, receipt.failed) == (key, False)
    assert told(running, key, "sent").at is not None
    assert ("Print Shop", NUMBER, words) in [(one.sender, one.recipient, one.words) for one in running.texts]


@pytest.mark.parametrize(
    "words", ["x" * 161, "€" * 81, "x" * 152 + "€" + "x" * 152, "ё" * 71, "ё" * 66 + "🖨" + "ё" * 67]
)
def test_kannel_makes_as_many_segments_as_are_counted(running: kannel.Kannel, base: str, words: str) -> None:
    before = len(running.texts)

    sent(running, base, f"parts-{hash(words)}", text=words)

    told(running, f"parts-{hash(words)}", "delivered")
    count = segments_of(words).count
    wait_until(lambda: len(running.texts) >= before + count, f"{count} segments are with the network")
    assert len(running.texts) == before + count


@pytest.mark.parametrize(
    ("digits", "state", "code", "words"),
    [
        ("01", "undelivered", "UNDELIV 001", "UNDELIV"),
        ("02", "failed", "0x0000000b", "Invalid Destination Address"),
        ("03", "failed", "", "Retries Exceeded"),
        ("04", "undelivered", "EXPIRED", "EXPIRED"),
        ("05", "undelivered", "REJECTD 099", "REJECTD"),
        ("56", "delivered", "", ""),
    ],
)
def test_what_the_network_refuses_or_loses_comes_back_with_its_reason(
    running: kannel.Kannel, base: str, digits: str, state: str, code: str, words: str
) -> None:
    adapter = text(running, smsc="SMPP")
    key = f"smpp-{digits}"

    adapter.send(message(recipient=NUMBER[:-2] + digits), replace(call(key), callback_url=base))

    receipt = told(running, key, state)
    assert (receipt.failed, receipt.code) == (state != "delivered", code)
    assert words in receipt.detail
    assert "Kim" not in repr(receipt)


def test_what_somebody_writes_comes_in(running: kannel.Kannel) -> None:
    running.say(NUMBER.removeprefix("+"), "STOP please")

    def said() -> list[InboundRequest]:
        return [request for request in Hub.calls if request.purpose == "inbound"]

    wait_until(said, "the text has come in", 30)
    request = said()[-1]
    text(running).verify(request)
    [out] = text(running).read(request).signals
    assert isinstance(out, OptOut)
    assert (out.recipient, out.withdrawn) == (NUMBER, False)


def test_a_wrong_password_and_a_number_that_is_none_are_told_apart(running: kannel.Kannel) -> None:
    assert "knows user and password" in text(running).check(call()).detail
    with pytest.raises(Misconfigured):
        text(running, password="another").check(call())
    with pytest.raises(Misconfigured):
        text(running, url=f"{running.url}-elsewhere").send(message(), call())
    with pytest.raises(Rejected):
        text(running).send(message(recipient="+1"), call())
