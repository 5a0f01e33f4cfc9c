"""Fetching over HTTP from real sockets, some of which mean no good."""

import hashlib
import socket
import ssl
import struct
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from printhub.core.files.folders import Stored, WorkingFolders
from printhub.core.files.sources import Sources
from printhub.core.http.addresses import Address, Addresses
from printhub.core.http.download import Downloads
from printhub.core.model.errors import NotFetched
from printhub.testing import FakeClock
from tests.integration.files_server import CONTENT, Behave, Server, answer, raw, redirect
from tests.integration.tls import self_signed, served_with

SHA256 = hashlib.sha256(CONTENT).hexdigest()
JOB, FILE = UUID(int=1), UUID(int=2)
NAMES = ("files.example", "other.example", "127.0.0.1")


@pytest.fixture
def server() -> Iterator[Callable[..., Server]]:
    started: list[Server] = []

    def start(behave: Behave, tls: ssl.SSLContext | None = None) -> Server:
        started.append(Server(behave, tls))
        return started[-1]

    yield start
    for one in started:
        one.close()


class Names:
    """A resolver: every name is at the loopback address, unless it was given others."""

    def __init__(self) -> None:
        self.means: dict[str, Sequence[str]] = {}
        self.asked: list[str] = []

    def __call__(self, host: str, port: int) -> Sequence[Address]:
        self.asked.append(host)
        return [(socket.AF_INET, (text, port)) for text in self.means.get(host, ["127.0.0.1"])]


@pytest.fixture
def names() -> Names:
    return Names()


class Fetch:
    """Fetches into working folders of a test."""

    def __init__(self, folder: Path, names: Names) -> None:
        self.folder = folder
        self.names = names
        self.allowed: Sequence[str] = NAMES
        self.timeout = timedelta(seconds=20)
        self.ca_bundle: Path | None = None

    def __call__(
        self, url: str, *, max_bytes: int = 1_000_000, sha256: str | None = None, size: int | None = None
    ) -> Stored:
        allowed = Addresses(self.allowed, self.names)
        downloads = Downloads(allowed, timeout=self.timeout, now=FakeClock(), ca_bundle=self.ca_bundle)
        folders = WorkingFolders(self.folder, Sources([], downloads))
        return folders.fetch(url, JOB, FILE, max_bytes=max_bytes, sha256=sha256, size=size)

    def refused(self, url: str, **announced: int | str) -> NotFetched:
        with pytest.raises(NotFetched) as caught:
            self(url, **announced)  # type: ignore[arg-type] # both kinds
        assert [path for path in self.folder.rglob("*") if path.is_file()] == []
        return caught.value


@pytest.fixture
def fetch(tmp_path: Path, names: Names) -> Fetch:
    return Fetch(tmp_path / "jobs", names)


def test_a_file_is_fetched_and_named_like_any_other(server: Callable[..., Server], fetch: Fetch) -> None:
    shop = server(answer())

    stored = fetch(shop.url("/a%20b/front.pdf?version=2"), sha256=SHA256, size=len(CONTENT))

    assert stored == Stored(f"{JOB}/{FILE}", SHA256, len(CONTENT))
    assert (fetch.folder / stored.place).read_bytes() == CONTENT
    [head] = shop.heads
    assert head.startswith("GET /a%20b/front.pdf?version=2 HTTP/1.1\r\n")
    assert f"Host: files.example:{shop.port}\r\n" in head
    assert "Accept-Encoding: identity\r\n" in head


def test_a_file_may_come_in_chunks(server: Callable[..., Server], fetch: Fetch) -> None:
    parts = [CONTENT[:1000], CONTENT[1000:]]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    shop = server(raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"))

    assert fetch(shop.url()).sha256 == SHA256


# --- what is refused before anybody is asked --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["169.254.169.254"], ["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["127.0.0.1", "8.8.8.8"]]
)
def test_what_is_not_public_is_refused_and_not_connected_to(
    server: Callable[..., Server], fetch: Fetch, names: Names, addresses: list[str]
) -> None:
    shop = server(answer())
    names.means["files.example"] = addresses
    fetch.allowed = ()

    error = fetch.refused(shop.url("/front.pdf?token=s3cret"))

    assert error.lasting
    assert error.detail == "files.example is not on the public internet, and [files] private_hosts does not list it"
    assert shop.heads == []


def test_a_name_is_looked_up_once_so_that_it_cannot_come_to_mean_something_else(
    server: Callable[..., Server], fetch: Fetch, names: Names
) -> None:
    shop = server(answer())

    fetch(shop.url())

    assert names.asked == ["files.example"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://0/",
        "http://localhost/",
        "https://localhost.:1/",
        "http://user@127.0.0.1/",
        "http://8.8.8.8@127.0.0.1/",
        "http://127.0.0.1\\@8.8.8.8/",
    ],
)
def test_no_spelling_of_the_hubs_own_host_gets_in(tmp_path: Path, url: str) -> None:
    folders = WorkingFolders(
        tmp_path, Sources([], Downloads(Addresses(), timeout=timedelta(seconds=5), now=FakeClock()))
    )

    with pytest.raises(NotFetched, match=r"not on the public internet|name of the host was not found"):
        folders.fetch(url, JOB, FILE, max_bytes=100)


@pytest.mark.parametrize("url", ["ftp://files.example/x", "gopher://files.example/", "http://", "https:///x", "http:x"])
def test_only_http_addresses_of_a_host_are_fetched(fetch: Fetch, names: Names, url: str) -> None:
    assert fetch.refused(url).lasting
    assert names.asked == []


# --- redirects --------------------------------------------------------------------------------------------------------


def test_a_redirect_is_followed(server: Callable[..., Server], fetch: Fetch) -> None:
    far = server(answer())
    near = server(redirect(far.url("/there.pdf", host="other.example")))

    assert fetch(near.url()).sha256 == SHA256


def test_a_redirect_may_be_relative(server: Callable[..., Server], fetch: Fetch) -> None:
    def behave(connection: socket.socket, head: str) -> None:
        (answer() if "/there/x.pdf" in head else redirect("there/x.pdf"))(connection, head)

    assert fetch(server(behave).url("/front.pdf")).sha256 == SHA256


@pytest.mark.parametrize(
    "location",
    ["http://169.254.169.254/latest/meta-data/", "http://localhost:8080/", "http://[::1]/", "http://10.0.0.7/"],
)
def test_a_redirect_to_where_nothing_may_be_fetched_from_is_refused(
    server: Callable[..., Server], fetch: Fetch, names: Names, location: str
) -> None:
    names.means |= {"169.254.169.254": ["169.254.169.254"], "10.0.0.7": ["10.0.0.7"], "localhost": ["127.0.0.1"]}
    fetch.allowed = ["files.example"]
    shop = server(redirect(location))

    error = fetch.refused(shop.url())

    assert error.lasting
    assert "is not on the public internet" in error.detail


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://files.example/", "gopher://x/", "http://[/", "//"])
def test_a_redirect_to_what_is_no_http_address_is_refused(
    server: Callable[..., Server], fetch: Fetch, location: str
) -> None:
    error = fetch.refused(server(redirect(location)).url())

    assert error.lasting
    assert "leads on" in error.detail


def test_a_redirect_that_goes_round_is_given_up(server: Callable[..., Server], fetch: Fetch) -> None:
    shop = server(redirect("/front.pdf"))

    error = fetch.refused(shop.url())

    assert (error.detail, error.lasting) == ("files.example leads on more than 5 times", True)
    assert len(shop.heads) == 6


def test_a_redirect_from_https_to_http_is_refused(
    server: Callable[..., Server], fetch: Fetch, tls: ssl.SSLContext, certificate: Path
) -> None:
    fetch.ca_bundle = certificate.with_name("certificate.pem")
    plain = server(answer())
    shop = server(redirect(plain.url()), tls)

    assert "from https to http" in fetch.refused(shop.url()).detail
    assert plain.heads == []


def test_a_password_goes_to_its_own_host_and_into_no_text(server: Callable[..., Server], fetch: Fetch) -> None:
    far = server(answer("500 Oops", b""))
    near = server(redirect(far.url(host="other.example")))

    error = fetch.refused(near.url().replace("://", "://jane:s3cret@") + "?sig=t0ken")

    assert "uthorization: Basic" in near.heads[0]
    assert "uthorization" not in far.heads[0]
    assert error.detail == "other.example answered with status 500"
    assert not any(secret in repr(error) for secret in ("s3cret", "t0ken", "jane"))


# --- TLS --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for files.example and nothing else, with its key in the same file."""
    return self_signed(tmp_path_factory.mktemp("tls"), "DNS:files.example")


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    return served_with(certificate)


def test_the_certificate_is_of_the_name_though_the_address_was_looked_up_before(
    server: Callable[..., Server], fetch: Fetch, tls: ssl.SSLContext, certificate: Path
) -> None:
    asked: list[str | None] = []
    tls.sni_callback = lambda _socket, name, _context: asked.append(name)
    fetch.ca_bundle = certificate.with_name("certificate.pem")

    assert fetch(server(answer(), tls).url()).sha256 == SHA256
    assert asked == ["files.example"]


@pytest.mark.parametrize("trusted", [True, False])
def test_a_certificate_that_is_not_right_fails_for_good(
    server: Callable[..., Server], fetch: Fetch, tls: ssl.SSLContext, certificate: Path, trusted: bool
) -> None:
    fetch.ca_bundle = certificate.with_name("certificate.pem") if trusted else None
    host = "other.example" if trusted else "files.example"

    error = fetch.refused(server(answer(), tls).url(host=host))

    assert error.lasting
    assert f"the certificate of {host} is not trusted" in error.detail


# --- what goes wrong on the way ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "lasting"),
    [
        (404, False),
        (403, False),
        (429, False),
        (408, False),
        (500, False),
        (503, False),
        (410, True),
        (400, True),
        (204, True),
    ],
)
def test_a_status_says_whether_another_time_may_help(
    server: Callable[..., Server], fetch: Fetch, status: int, lasting: bool
) -> None:
    error = fetch.refused(server(answer(f"{status} Such", b"")).url())

    assert (error.detail, error.lasting) == (f"files.example answered with status {status}", lasting)


def test_a_server_says_when_it_wants_to_be_asked_again(server: Callable[..., Server], fetch: Fetch) -> None:
    error = fetch.refused(server(answer("503 Busy", b"", Retry_After="120")).url())

    assert error.retry_after == timedelta(seconds=120)


@pytest.mark.parametrize(
    "broken",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + CONTENT[:500],
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n" + CONTENT[:8],
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno number\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"",
    ],
)
def test_a_connection_that_breaks_leaves_nothing_and_is_tried_again(
    server: Callable[..., Server], fetch: Fetch, broken: bytes
) -> None:
    error = fetch.refused(server(raw(broken)).url())

    assert error.lasting is False
    assert error.detail.startswith("files.example: ")


def test_a_connection_that_is_reset_in_mid_file_is_tried_again(server: Callable[..., Server], fetch: Fetch) -> None:
    def reset(connection: socket.socket, _head: str) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n" + CONTENT)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    assert fetch.refused(server(reset).url(), max_bytes=10_000_000).lasting is False


def test_a_file_without_an_end_that_can_be_told_has_to_be_announced(
    server: Callable[..., Server], fetch: Fetch
) -> None:
    shop = server(raw(b"HTTP/1.0 200 OK\r\n\r\n" + CONTENT))

    error = fetch.refused(shop.url())

    assert "announce its size or sha256" in error.detail
    assert fetch(shop.url(), size=len(CONTENT)).sha256 == SHA256


@pytest.mark.parametrize(
    ("announced", "words"),
    [({"sha256": "0" * 64}, "the file's sha256 is not the one"), ({"size": 7}, "and 7 were announced")],
)
def test_another_file_than_the_one_announced_is_not_kept(
    server: Callable[..., Server], fetch: Fetch, announced: dict[str, int | str], words: str
) -> None:
    error = fetch.refused(server(answer()).url(), **announced)

    assert words in error.detail
    assert error.lasting is False


def test_an_empty_file_is_none(server: Callable[..., Server], fetch: Fetch) -> None:
    assert fetch.refused(server(answer(body=b"")).url()).detail == "the file is empty"


@pytest.mark.parametrize("said", [True, False])
def test_a_file_that_is_too_large_is_cut_off_whatever_it_said(
    server: Callable[..., Server], fetch: Fetch, said: bool
) -> None:
    def endless(connection: socket.socket, _head: str) -> None:
        length = b"Content-Length: 99999999999" if said else b"Transfer-Encoding: chunked"
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + length + b"\r\n\r\n")
        while True:
            connection.sendall((b"" if said else b"10000\r\n") + b"x" * 65536 + (b"" if said else b"\r\n"))

    error = fetch.refused(server(endless).url())

    assert error.lasting
    assert "more than the 1000000 bytes" in error.detail


def test_a_compressed_answer_is_not_taken_for_the_file(server: Callable[..., Server], fetch: Fetch) -> None:
    error = fetch.refused(server(answer(Content_Encoding="gzip")).url())

    assert "compressed" in error.detail


def test_a_server_that_drips_is_cut_off_at_the_deadline(server: Callable[..., Server], fetch: Fetch) -> None:
    shops: list[Server] = []

    def drip(connection: socket.socket, _head: str) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not shops[0].closing.wait(0.01):
            connection.sendall(b"x")

    shops.append(server(drip))
    fetch.timeout = timedelta(seconds=0.3)

    error = fetch.refused(shops[0].url())

    assert (error.detail, error.lasting) == ("files.example: no full answer in time", False)


def test_a_server_that_says_nothing_is_cut_off_too(server: Callable[..., Server], fetch: Fetch) -> None:
    shops: list[Server] = []
    shops.append(server(lambda _connection, _head: shops[0].closing.wait(10) and None))
    fetch.timeout = timedelta(seconds=0.3)

    assert fetch.refused(shops[0].url()).detail == "files.example: no full answer in time"


def test_nobody_at_home_is_tried_again(fetch: Fetch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    assert fetch.refused(f"http://files.example:{port}/x").detail == "files.example: the connection was refused"


def test_the_second_address_is_tried_when_the_first_is_silent(
    server: Callable[..., Server], fetch: Fetch, names: Names
) -> None:
    names.means["files.example"] = ["127.0.0.2", "127.0.0.1"]

    assert fetch(server(answer()).url()).sha256 == SHA256
