"""The tuned session against real sockets that behave as badly as partners do."""

import gzip
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
import requests

from printhub.core.http.connection import IDLE_SECONDS
from printhub.core.http.session import BoundHttp, HttpPool
from printhub.core.model.call import Wire
from printhub.core.model.errors import Misconfigured, OutcomeUnknown, Scope, Unavailable
from tests.integration.tls import self_signed, served_with

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Partner:
    """A server on a free loopback port; `behave` is handed each connection and the number it has."""

    def __init__(self, behave: Callable[["Visit"], None], tls: ssl.SSLContext | None = None) -> None:
        self._behave = behave
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.connections = 0
        self.requests: list[bytes] = []
        self.finished = threading.Event()
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/orders"

    def close(self) -> None:
        self.finished.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._threads[0].join(10)
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    def keep(self, connection: socket.socket) -> None:
        """Have the connection ended with the partner."""
        self._open.append(connection)

    def _start(self, work: Callable[..., None], *arguments: socket.socket) -> None:
        self._threads.append(threading.Thread(target=work, args=arguments, daemon=True))
        self._threads[-1].start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                self.keep(connection)
                self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:  # the client goes away, as some tests want
            if self._tls:
                with self._tls.wrap_socket(connection, server_side=True) as secured:
                    self.keep(secured)
                    self._behave(Visit(self, secured))
            else:
                self._behave(Visit(self, connection))


class Visit:
    """One connection, as the partner sees it."""

    def __init__(self, partner: Partner, connection: socket.socket) -> None:
        self.partner = partner
        self.connection = connection
        self._reader = connection.makefile("rb")

    def request(self) -> bytes:
        """Read one whole request; empty when the client closed the connection."""
        head = b""
        while line := self._reader.readline():
            head += line
            if line == b"\r\n":
                break
        length = next((int(line[15:]) for line in head.splitlines() if line.lower().startswith(b"content-length:")), 0)
        request = head + self._reader.read(length)
        if request:
            self.partner.requests.append(request)
        return request

    def answer(self, raw: bytes) -> None:
        self.connection.sendall(raw)

    def hang(self) -> None:
        self.partner.finished.wait(30)

    def reset(self) -> None:
        self._reader.close()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def drip(self, piece: bytes) -> None:
        while not self.partner.finished.wait(0.02):
            self.connection.sendall(piece)


def answering(raw: bytes) -> Callable[[Visit], None]:
    def behave(visit: Visit) -> None:
        while visit.request():
            visit.answer(raw)

    return behave


@pytest.fixture
def partner() -> Iterator[Callable[..., Partner]]:
    """Starts partners, and ends them after the test."""
    started: list[Partner] = []

    def start(behave: Callable[[Visit], None], tls: ssl.SSLContext | None = None) -> Partner:
        started.append(Partner(behave, tls))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.fixture
def pool() -> Iterator[HttpPool]:
    pool = HttpPool(max_bytes=200_000)
    yield pool
    pool.close()


@pytest.fixture
def wire() -> Wire:
    return Wire()


def bound(pool: HttpPool, wire: Wire, seconds: float = 10, sent: tuple[str, ...] = ()) -> BoundHttp:
    now = datetime(2026, 11, 2, tzinfo=UTC)
    return pool.bound(wire=wire, deadline=now + timedelta(seconds=seconds), now=lambda: now, sent=sent)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1, with its key in the same file."""
    return self_signed(tmp_path_factory.mktemp("tls"), "IP:127.0.0.1")


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    return served_with(certificate)


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


# --- what certainly stayed here ---


def test_a_refused_connection_is_unavailable_and_leaves_the_wire_unmarked(pool: HttpPool, wire: Wire) -> None:
    http = bound(pool, wire)

    with pytest.raises(Unavailable, match="connection was refused; nothing was sent"):
        http.request("POST", f"http://127.0.0.1:{unused_port()}/", body=b"{}")

    assert not wire.sent
    assert http.sent == ()


def test_a_connection_that_cannot_be_set_up_at_first_is_tried_again_at_once(
    partner: Callable[..., Partner], tls: ssl.SSLContext, certificate: Path, wire: Wire
) -> None:
    def reset_the_first_handshake(visit: Visit) -> None:
        if visit.partner.connections == 1:
            visit.connection.recv(1, socket.MSG_PEEK)
            visit.reset()
            return
        with tls.wrap_socket(visit.connection, server_side=True) as secured:
            visit.partner.keep(secured)
            answering(OK)(Visit(visit.partner, secured))

    shop = partner(reset_the_first_handshake)
    pool = HttpPool(ca_bundle=certificate.with_name("certificate.pem"))

    reply = bound(pool, wire).request("POST", shop.url.replace("http:", "https:"), body=b"{}")

    assert reply.status_code == 200
    assert (shop.connections, len(shop.requests)) == (2, 1)
    pool.close()


def test_a_host_that_does_not_exist_is_unavailable(pool: HttpPool, wire: Wire) -> None:
    with pytest.raises(Unavailable, match="name of the host was not found"):
        bound(pool, wire, seconds=1).request("POST", "http://nowhere.invalid/")
    assert not wire.sent


def test_a_certificate_that_nobody_signed_is_the_operators_to_mend(
    partner: Callable[..., Partner], tls: ssl.SSLContext, pool: HttpPool, wire: Wire
) -> None:
    shop = partner(answering(OK), tls)

    with pytest.raises(Misconfigured, match="certificate is not trusted: self-signed certificate") as caught:
        bound(pool, wire).request("POST", shop.url, body=b"{}")

    assert caught.value.scope is Scope.INSTANCE
    assert not wire.sent
    assert shop.connections == 1  # not tried again


def test_a_certificate_of_the_given_bundle_is_trusted(
    partner: Callable[..., Partner], tls: ssl.SSLContext, certificate: Path, wire: Wire
) -> None:
    shop = partner(answering(OK), tls)
    pool = HttpPool(ca_bundle=certificate.with_name("certificate.pem"))

    reply = bound(pool, wire).request("POST", shop.url, body=b"x" * 300_000)

    assert reply.text == "ok"
    assert shop.requests[0].endswith(b"\r\n\r\n" + b"x" * 300_000)
    assert wire.sent
    pool.close()


def test_a_missing_bundle_is_the_operators_to_mend(
    partner: Callable[..., Partner], tls: ssl.SSLContext, tmp_path: Path, wire: Wire
) -> None:
    shop = partner(answering(OK), tls)
    with pytest.raises(Misconfigured, match="CA bundle"):
        bound(HttpPool(ca_bundle=tmp_path / "missing.pem"), wire).request("POST", shop.url)
    assert not wire.sent


def test_a_server_that_does_not_speak_tls_is_unavailable(
    partner: Callable[..., Partner], pool: HttpPool, wire: Wire
) -> None:
    def speak_ssh(visit: Visit) -> None:
        visit.connection.recv(1, socket.MSG_PEEK)
        visit.answer(b"SSH-2.0-Printer\r\n" * 20)

    plain = partner(speak_ssh)

    with pytest.raises(Unavailable, match="TLS connection failed; nothing was sent"):
        bound(pool, wire).request("POST", plain.url.replace("http:", "https:"))

    assert not wire.sent


def test_a_tls_handshake_that_hangs_ends_in_time_and_leaves_nothing(
    partner: Callable[..., Partner], pool: HttpPool, wire: Wire
) -> None:
    mute = partner(lambda visit: visit.hang())

    with pytest.raises(Unavailable, match="nothing was sent"):
        bound(pool, wire, seconds=0.3).request("POST", mute.url.replace("http:", "https:"))

    assert not wire.sent


# --- what may have had its effect ---


def hang_after_request(visit: Visit) -> None:
    visit.request()
    visit.hang()


def test_a_partner_that_hangs_after_the_request_leaves_the_outcome_unknown(
    partner: Callable[..., Partner], pool: HttpPool, wire: Wire
) -> None:
    http = bound(pool, wire, seconds=0.3)

    with pytest.raises(OutcomeUnknown, match="no full answer in time; the request may have had its effect"):
        http.request("POST", partner(hang_after_request).url, body="{}")

    assert wire.sent
    assert len(http.sent) == 1


@pytest.mark.parametrize(("method", "repeatable"), [("GET", None), ("HEAD", None), ("POST", True)])
def test_a_repeatable_request_that_fails_is_unavailable_and_never_marks_the_wire(
    partner: Callable[..., Partner], pool: HttpPool, wire: Wire, method: str, repeatable: bool | None
) -> None:
    http = bound(pool, wire, seconds=0.3)

    with pytest.raises(Unavailable, match="no full answer in time"):
        http.request(method, partner(hang_after_request).url, body=b"{}", repeatable=repeatable)

    assert not wire.sent
    assert http.sent == ()


def test_a_get_that_is_not_repeatable_marks_the_wire(
    partner: Callable[..., Partner], pool: HttpPool, wire: Wire
) -> None:
    with pytest.raises(OutcomeUnknown):
        bound(pool, wire, seconds=0.3).request("GET", partner(hang_after_request).url, repeatable=False)
    assert wire.sent


def test_the_wire_is_marked_before_the_partner_sees_the_first_byte(
    partner: Callable[..., Partner], pool: HttpPool, wire: Wire
) -> None:
    marked: list[bool] = []

    def look(visit: Visit) -> None:
        visit.connection.recv(1, socket.MSG_PEEK)
        marked.append(wire.sent)
        answering(OK)(visit)

    bound(pool, wire).request("POST", partner(look).url, body=b"{}")

    assert marked == [True]


def test_a_connection_reset_in_the_middle_of_the_answer_leaves_the_outcome_unknown(
    partner: Callable[..., Partner], pool: HttpPool, wire: Wire
) -> None:
    def reset_mid_answer(visit: Visit) -> None:
        visit.request()
        visit.answer(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
        while http.exchanges[0].status is None and not visit.partner.finished.wait(0.01):
            pass  # a reset would throw away what the client has not read yet
        visit.reset()

    http = bound(pool, wire)
    with pytest.raises(OutcomeUnknown, match="status 200 had begun"):
        http.request("POST", partner(reset_mid_answer).url, body=b"{}")
    assert http.exchanges[0].status == 200


def test_an_answer_cut_short_leaves_the_outcome_unknown(
    partner: Callable[..., Partner], pool: HttpPool, wire: Wire
) -> None:
    def cut(visit: Visit) -> None:
        visit.request()
        visit.answer(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
        visit.connection.shutdown(socket.SHUT_RDWR)

    with pytest.raises(OutcomeUnknown, match="answer broke off"):
        bound(pool, wire).request("POST", partner(cut).url, body=b"{}")


def test_what_is_not_http_leaves_the_outcome_unknown(
    partner: Callable[..., Partner], pool: HttpPool, wire: Wire
) -> None:
    with pytest.raises(OutcomeUnknown):
        bound(pool, wire).request("POST", partner(answering(b"220 mail.example ESMTP\r\n")).url, body=b"{}")


def test_a_reset_before_any_answer_is_not_tried_again(
    partner: Callable[..., Partner], pool: HttpPool, wire: Wire
) -> None:
    def reset(visit: Visit) -> None:
        visit.request()
        visit.reset()

    shop = partner(reset)
    with pytest.raises(OutcomeUnknown):
        bound(pool, wire).request("POST", shop.url, body=b"{}")
    assert shop.connections == 1


# --- limits ---


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"]
)
def test_an_answer_that_drips_ends_at_the_deadline_of_the_call(
    partner: Callable[..., Partner], pool: HttpPool, wire: Wire, head: bytes
) -> None:
    def drip(visit: Visit) -> None:
        visit.request()
        visit.answer(head)
        visit.drip(b"x" if head else b"HTTP/1.1 ")

    begun = monotonic()
    with pytest.raises(OutcomeUnknown):
        bound(pool, wire, seconds=0.5).request("POST", partner(drip).url, body=b"{}")
    assert monotonic() - begun < 20  # a drip keeps every single read alive: without a total it would never end


def test_a_partner_that_stops_reading_ends_at_the_deadline_of_the_call(
    partner: Callable[..., Partner], pool: HttpPool, wire: Wire
) -> None:
    with pytest.raises(OutcomeUnknown, match="no full answer in time"):
        bound(pool, wire, seconds=0.5).request("POST", partner(lambda v: v.hang()).url, body=b"x" * 30_000_000)


def test_a_call_past_its_deadline_sends_nothing(partner: Callable[..., Partner], pool: HttpPool, wire: Wire) -> None:
    shop = partner(answering(OK))
    with pytest.raises(Unavailable, match="deadline of the call had passed"):
        bound(pool, wire, seconds=-1).request("POST", shop.url)
    assert shop.connections == 0


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_larger_than_the_limit_is_given_up(
    partner: Callable[..., Partner], pool: HttpPool, wire: Wire, packed: bool
) -> None:
    content = gzip.compress(b"x" * 50_000_000) if packed else b"x" * 5_000_000
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(content)}\r\n" + "Content-Encoding: gzip\r\n" * packed
    shop = partner(answering(head.encode() + b"\r\n" + content))

    with pytest.raises(OutcomeUnknown, match="larger than the hub reads"):
        bound(pool, wire).request("POST", shop.url, body=b"{}")
    with pytest.raises(Unavailable, match="larger than the hub reads"):
        bound(pool, wire).request("GET", shop.url)
    if not packed:
        assert shop.connections == 2  # one with an answer still in it is not used again


# --- ordinary work ---


def test_an_answer_comes_back_whole_with_its_headers(
    partner: Callable[..., Partner], pool: HttpPool, wire: Wire
) -> None:
    content = '{"id": "é"}'.encode()
    head = f"HTTP/1.1 422 No\r\nContent-Type: application/json\r\nX-Trace: 7\r\nContent-Length: {len(content)}\r\n\r\n"
    shop = partner(answering(head.encode() + content))

    reply = bound(pool, wire).request("PUT", shop.url, params={"dry": "1"}, headers={"X-Shop": "main"}, body="€")

    assert (reply.status_code, reply.json(), reply.text, reply.headers["x-trace"]) == (
        422,
        {"id": "é"},
        '{"id": "é"}',
        "7",
    )
    assert shop.requests[0].startswith(b"PUT /orders?dry=1 HTTP/1.1\r\n")
    assert b"X-Shop: main\r\n" in shop.requests[0]
    assert shop.requests[0].endswith("\r\n\r\n€".encode())


def test_a_file_is_streamed(partner: Callable[..., Partner], pool: HttpPool, wire: Wire, tmp_path: Path) -> None:
    artwork = tmp_path / "artwork.pdf"
    artwork.write_bytes(b"%PDF" * 100_000)
    shop = partner(answering(OK))
    http = bound(pool, wire)

    with artwork.open("rb") as body:
        http.request("PUT", shop.url, body=body)

    assert shop.requests[0].endswith(b"\r\n\r\n" + b"%PDF" * 100_000)
    assert http.exchanges[0].request_excerpt.endswith("<streamed>")


def test_a_redirect_is_returned_and_not_followed(partner: Callable[..., Partner], pool: HttpPool, wire: Wire) -> None:
    shop = partner(answering(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"))

    reply = bound(pool, wire).request("POST", shop.url, body=b"{}")

    assert (reply.status_code, reply.headers["Location"]) == (302, "http://127.0.0.1:1/")


def test_cookies_are_not_kept(partner: Callable[..., Partner], pool: HttpPool, wire: Wire) -> None:
    shop = partner(answering(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"))
    for _ in range(2):
        bound(pool, wire).request("POST", shop.url)
    assert b"cookie" not in shop.requests[1].lower()


def test_calls_share_a_kept_connection(partner: Callable[..., Partner], pool: HttpPool, wire: Wire) -> None:
    shop = partner(answering(OK))
    for _ in range(3):
        bound(pool, wire).request("POST", shop.url, body=b"{}")
    assert (shop.connections, len(shop.requests)) == (1, 3)


def test_a_kept_connection_that_the_partner_closed_is_not_used_again(
    partner: Callable[..., Partner], pool: HttpPool, wire: Wire
) -> None:
    closed = threading.Semaphore(0)

    def close_after_one(visit: Visit) -> None:
        visit.request()
        visit.answer(OK)
        visit.connection.shutdown(socket.SHUT_RDWR)
        closed.release()

    shop = partner(close_after_one)
    for _ in range(2):
        assert bound(pool, wire).request("POST", shop.url, body=b"{}").status_code == 200
        assert closed.acquire(timeout=5)
    assert shop.connections == 2


def test_a_kept_connection_is_given_up_before_servers_commonly_close_theirs() -> None:
    assert IDLE_SECONDS < 5


def test_the_environment_decides_nothing(
    partner: Callable[..., Partner], pool: HttpPool, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "missing.pem")
    assert bound(pool, wire).request("GET", partner(answering(OK)).url).status_code == 200


def test_a_proxy_is_used_where_one_is_given(partner: Callable[..., Partner], wire: Wire) -> None:
    proxy = partner(answering(OK))
    pool = HttpPool(proxies={"http": f"http://127.0.0.1:{proxy.port}"})

    bound(pool, wire).request("POST", "http://mis.example/orders", body=b"{}")

    assert proxy.requests[0].startswith(b"POST http://mis.example/orders HTTP/1.1\r\n")
    assert wire.sent
    pool.close()


def test_what_a_tunnelling_proxy_is_told_does_not_count_as_the_request(
    partner: Callable[..., Partner], wire: Wire
) -> None:
    proxy = partner(answering(b"HTTP/1.1 503 Down\r\nContent-Length: 0\r\n\r\n"))
    pool = HttpPool(proxies={"https": f"http://127.0.0.1:{proxy.port}"})

    with pytest.raises(Unavailable, match="proxy could not be used; nothing was sent"):
        bound(pool, wire).request("POST", "https://mis.example/orders", body=b"{}")

    assert proxy.requests[0].startswith(b"CONNECT mis.example:443")
    assert not wire.sent
    pool.close()


def test_what_is_raised_quotes_neither_query_nor_password(
    partner: Callable[..., Partner], pool: HttpPool, wire: Wire
) -> None:
    shop = partner(hang_after_request)
    url = shop.url.replace("http://", "http://user:hunter2@") + "?token=s3cret"

    with pytest.raises(OutcomeUnknown) as caught:
        bound(pool, wire, seconds=0.2).request("POST", url, body=b"{}")

    assert "hunter2" not in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_exchanges_tell_what_happened_without_personal_data(
    partner: Callable[..., Partner], pool: HttpPool, wire: Wire
) -> None:
    answer = json.dumps({"id": "A-17", "echo": {"email": "ada@example.com"}}).encode()
    head = f"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}\r\n\r\n"
    shop = partner(answering(head.encode() + answer))
    http = bound(pool, wire)

    http.request(
        "POST",
        shop.url,
        headers={"Authorization": "Bearer s3cret", "X-Api-Key": "k3y", "Content-Type": "application/json"},
        params={"sig": "s1g"},
        body=json.dumps({"sku": "flyer-a5", "name": "Ada Lovelace"}),
    )

    [exchange] = http.exchanges
    assert (exchange.method, exchange.status, exchange.failure) == ("POST", 201, None)
    assert exchange.url == shop.url + "?sig=[masked]"
    assert "flyer-a5" in exchange.request_excerpt
    assert "A-17" in exchange.answer_excerpt
    for secret in ("s3cret", "k3y", "s1g", "Ada", "ada@example.com"):
        assert secret not in repr(exchange)


def test_a_failed_exchange_keeps_the_reason(pool: HttpPool, wire: Wire) -> None:
    http = bound(pool, wire)
    with pytest.raises(Unavailable) as caught:
        http.request("POST", f"http://127.0.0.1:{unused_port()}/")
    assert http.exchanges[0].failure == caught.value.detail
    assert http.exchanges[0].status is None


def test_the_text_of_requests_own_errors_would_quote_the_query() -> None:
    """Why texts are made from the kind of error alone; if this fails, they could be passed on."""
    with pytest.raises(requests.ConnectionError, match="s3cret"):
        requests.get(f"http://127.0.0.1:{unused_port()}/?token=s3cret", timeout=1)
