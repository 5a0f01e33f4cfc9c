"""Reads a file from an http or https address as a stream, from nowhere but where the operator allows.

The connection itself looks the name up, checks every address and connects to one of those, so that a name which means
something else a moment later leads nowhere else. TLS, certificate and Host header keep the name. Nothing is read from
the environment, and no proxy is used: a proxy would look the name up again.
"""

import contextlib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from time import monotonic
from urllib.parse import unquote, urljoin

from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import BaseHTTPResponse
from urllib3.exceptions import LocationParseError
from urllib3.util import Url, make_headers, parse_url

from printhub.core.http.addresses import Addresses
from printhub.core.http.failure import causes, words
from printhub.core.http.passage import Passage
from printhub.core.http.pinned import Pinned, PinnedTls
from printhub.core.http.retry_after import wait
from printhub.core.model.errors import NotFetched

MOST_REDIRECTS = 5
_CHUNK = 256 * 1024
_PORTS = {"http": 80, "https": 443}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAY_COME = frozenset({401, 403, 404, 408, 409, 423, 425, 429})
"""Answers in the 400s that another time may change: the file is not there yet, or not open yet, or too many ask."""


@dataclass(frozen=True, slots=True)
class Download:
    """An answer whose body is still to be read."""

    length: int | None
    """What the server says it sends, in bytes; None where it does not say."""
    ends: bool
    """Whether the end can be told from a connection that broke: by length, or by chunks."""
    chunks: Iterator[bytes] = field(repr=False)
    """The bytes, as they come; raises NotFetched."""


class Downloads:
    """Opens addresses of files for reading; safe for threads."""

    def __init__(
        self,
        addresses: Addresses,
        *,
        timeout: timedelta,
        now: Callable[[], datetime],
        ca_bundle: Path | None = None,
    ) -> None:
        """Each download has `timeout` from its beginning to its last byte, however slowly they drip."""
        self._addresses = addresses
        self._seconds = timeout.total_seconds()
        self._now = now
        self._ca_bundle = ca_bundle or DEFAULT_CA_BUNDLE_PATH

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        # Made when it is first needed: to read all those certificates takes longer than most commands.
        return ssl.create_default_context(cafile=self._ca_bundle)

    @contextlib.contextmanager
    def open(self, url: str) -> Iterator[Download]:
        """Ask for a file, following up to five redirects, each checked like the first. Raises NotFetched."""
        passage = Passage()
        passage.open(monotonic() + self._seconds, lambda: None)
        at, redirects = _target(url), 0
        while True:
            with self._answer(at, passage) as response:
                if response.status not in _REDIRECTS:
                    yield self._download(response, at, passage)
                    return
                redirects += 1
                if redirects > MOST_REDIRECTS:
                    raise NotFetched(f"{at.host} leads on more than {MOST_REDIRECTS} times", lasting=True)
                at = _next(at, response.headers.get("Location"))

    @contextlib.contextmanager
    def _answer(self, at: Url, passage: Passage) -> Iterator[BaseHTTPResponse]:
        connection = self._connection(at, passage)
        try:
            with _in_words(at):
                connection.request("GET", at.request_uri, headers=_headers(at), preload_content=False)
                response = connection.getresponse()
            try:
                yield response
            finally:
                response.close()  # it holds the socket open, too
        finally:
            connection.close()

    def _connection(self, at: Url, passage: Passage) -> "Pinned":
        host, port = (at.host or "").strip("[]"), at.port or _PORTS[at.scheme or ""]
        if at.scheme == "https":
            return PinnedTls(host, port, passage=passage, addresses=self._addresses, ssl_context=self._tls)
        return Pinned(host, port, passage=passage, addresses=self._addresses)

    def _download(self, response: BaseHTTPResponse, at: Url, passage: Passage) -> Download:
        status = response.status
        if status != 200:
            lasting = status < 500 and status not in _MAY_COME
            later = None if lasting else wait(response.headers.get("Retry-After"), self._now())
            raise NotFetched(f"{at.host} answered with status {status}", lasting=lasting, retry_after=later)
        coding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if coding not in ("", "identity"):
            raise NotFetched(f"{at.host} sends the file compressed, though it was asked not to", lasting=True)
        length = response.length_remaining if isinstance(response.length_remaining, int) else None
        return Download(length, length is not None or _is_chunked(response), _chunks(response, at, passage))


def _target(url: str) -> Url:
    try:
        at = parse_url(url)
        reachable = at.scheme in _PORTS and bool(at.host) and at.port != 0
    except LocationParseError:
        raise NotFetched("its address is none", lasting=True) from None
    if not reachable:
        raise NotFetched("only http and https addresses of a host are fetched", lasting=True)
    return at


def _next(at: Url, location: str | None) -> Url:
    if not location:
        raise NotFetched(f"{at.host} leads on and does not say where", lasting=True)
    try:
        found = _target(urljoin(at.url, location))
    except ValueError:
        raise NotFetched(f"{at.host} leads on to what is no address", lasting=True) from None
    except NotFetched as error:
        raise NotFetched(f"{at.host} leads on to where nothing is fetched: {error.detail}", lasting=True) from None
    if (at.scheme, found.scheme) == ("https", "http"):
        raise NotFetched(f"{at.host} leads from https to http, where anybody could change the file", lasting=True)
    same = (at.scheme, at.host, at.port) == (found.scheme, found.host, found.port)
    return found._replace(auth=at.auth if same else None)  # a password is for the host that it was given for


def _headers(at: Url) -> dict[str, str]:
    own = {"User-Agent": "PrintHub", "Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}
    return own | (make_headers(basic_auth=unquote(at.auth)) if at.auth else {})


def _chunks(response: BaseHTTPResponse, at: Url, passage: Passage) -> Iterator[bytes]:
    with _in_words(at):
        for chunk in response.stream(_CHUNK, decode_content=False):
            passage.remaining()
            yield chunk


def _is_chunked(response: BaseHTTPResponse) -> bool:
    return bool(getattr(response, "chunked", False))


@contextlib.contextmanager
def _in_words(at: Url) -> Iterator[None]:
    """Say in words what goes wrong with a connection: the libraries' own texts quote the whole address."""
    try:
        yield
    except NotFetched:
        raise
    except Exception as error:
        for cause in causes(error):
            if isinstance(cause, ssl.SSLCertVerificationError):
                detail = f"the certificate of {at.host} is not trusted: {cause.verify_message}"
                raise NotFetched(detail, lasting=True) from error
        raise NotFetched(f"{at.host}: {words(error)}", lasting=False) from error
