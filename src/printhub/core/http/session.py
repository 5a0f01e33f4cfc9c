"""The tuned session: a pool of connections for one worker thread, and what one call may do with it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import requests
from tenacity import Retrying, retry_if_exception, stop_after_attempt, stop_before_delay, wait_exponential_jitter
from urllib3.exceptions import HTTPError

from printhub.core.http.addresses import Addresses
from printhub.core.http.connection import WatchedAdapter
from printhub.core.http.exchange import Exchange, Recording
from printhub.core.http.failure import AnswerTooLarge, may_connect_again, meaning, never_left
from printhub.core.http.guard import BodyGuard
from printhub.core.http.passage import Passage, nothing
from printhub.core.http.pinned import PinnedAdapter
from printhub.core.http.redaction import masked_url
from printhub.core.http.reply import WholeReply
from printhub.core.model.call import Reply, Wire
from printhub.core.model.errors import AdapterError, Misconfigured, NotFetched, Scope, Unavailable
from printhub.core.model.trace import next_span

_SETUP_SECONDS = 5.0
_CHUNK_BYTES = 64 * 1024
_HEADERS = {"User-Agent": "PrintHub", "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}


class HttpPool:
    """Kept connections, for one adapter object and its thread.

    The prepared request goes straight through the mounted adapter, which costs two thirds of `Session.request`. What
    that leaves out is left out on purpose: redirects, cookies, hooks, netrc. Nothing is read from the environment.
    `proxies` maps a scheme ("https"), or scheme and host ("https://mis.example"), to a proxy's URL; `ca_bundle` is a
    PEM file, or folder, of the certificates trusted instead of the usual ones. `connect_timeout` holds for each address
    of a host, and never counts for more than five seconds; looking up the host's name takes what the system lets it
    take. `max_bytes` limits an answer after decompression.
    """

    def __init__(
        self,
        *,
        connect_timeout: timedelta = timedelta(seconds=4),
        max_bytes: int = 16 * 1024 * 1024,
        proxies: Mapping[str, str] | None = None,
        ca_bundle: Path | None = None,
        addresses: Addresses | None = None,
    ) -> None:
        """Make an empty pool; nothing is opened yet. It leads to `addresses` alone, where they are given."""
        self._connect_seconds = connect_timeout.total_seconds()
        self._max_bytes = max_bytes
        self._proxies = dict(proxies or {})
        self._verify: bool | str = str(ca_bundle) if ca_bundle else True
        self._passage = Passage()
        self._session = requests.Session()
        self._session.trust_env = False
        adapter = PinnedAdapter(self._passage, addresses) if addresses else WatchedAdapter(self._passage)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def bound(
        self,
        *,
        wire: Wire,
        deadline: datetime,
        now: Callable[[], datetime],
        sent: tuple[str, ...] = (),
        traceparent: str | None = None,
        gone: Callable[[], None] = nothing,
    ) -> "BoundHttp":
        """The session for one call: it marks `wire`, ends at `deadline`, and keeps to the bodies in `sent`.

        `sent` holds the lines that `BoundHttp.sent` gave for the earlier attempts under the same key. With
        `traceparent` each request names that trace, under a span id of its own (W3C Trace Context). `gone` is called
        when a request has left whole, before its answer is read.
        """
        return BoundHttp(self, wire=wire, deadline=deadline, now=now, sent=sent, traceparent=traceparent, gone=gone)

    def open(
        self, prepared: requests.PreparedRequest, until: float, leaving: Callable[[], None], gone: Callable[[], None]
    ) -> tuple[requests.Response, Callable[[], bytes]]:
        """Send the request and return the answer's head, and what reads its body; both end at `until` (monotonic).

        Setting up the connection is tried up to three times within five seconds; once a byte has left, nothing is.
        """
        adapter = self._session.get_adapter(str(prepared.url))
        setup_until = min(until, monotonic() + _SETUP_SECONDS)

        def once() -> requests.Response:
            self._passage.open(until, leaving, gone)
            connect = min(self._connect_seconds, max(setup_until - monotonic(), 0.001))
            return adapter.send(
                prepared,
                stream=True,
                timeout=(connect, self._passage.remaining()),
                verify=self._verify,
                proxies=self._proxies,
            )

        trying = Retrying(
            retry=retry_if_exception(self._may_try_again),
            stop=stop_after_attempt(3) | stop_before_delay(setup_until - monotonic()),
            wait=wait_exponential_jitter(multiplier=0.1, max=1, jitter=0.1),
            reraise=True,
        )
        response = trying(once)
        self._passage.leave()  # mocks answer without a connection
        return response, lambda: self._read(response)

    @property
    def left(self) -> bool:
        """Whether a byte of the last request may have gone out."""
        return self._passage.left

    def _may_try_again(self, error: BaseException) -> bool:
        return isinstance(error, Exception) and never_left(error, left=self.left) and may_connect_again(error)

    def _read(self, response: requests.Response) -> bytes:
        chunks: list[bytes] = []
        size = 0
        try:
            for chunk in response.iter_content(_CHUNK_BYTES):
                size += len(chunk)
                if size > self._max_bytes:
                    raise AnswerTooLarge
                chunks.append(chunk)
                self._passage.remaining()
        finally:
            response.close()  # back to the pool when it was read whole, else the connection is given up
        return b"".join(chunks)


class BoundHttp:
    """The `Http` of one call.

    A body of bytes or text must be the same in every attempt under one key, or the request is refused before anything
    is sent; so a multipart boundary must not be random: make it from `call.key`. Streamed files and repeatable
    requests are not compared.
    """

    def __init__(
        self,
        pool: HttpPool,
        *,
        wire: Wire,
        deadline: datetime,
        now: Callable[[], datetime],
        sent: tuple[str, ...] = (),
        traceparent: str | None = None,
        gone: Callable[[], None] = nothing,
    ) -> None:
        """Use `HttpPool.bound`."""
        self._pool = pool
        self._gone = gone
        self._wire = wire
        self._deadline = deadline
        self._now = now
        self._guard = BodyGuard(sent)
        self._traceparent = traceparent
        self._recordings: list[Recording] = []

    @property
    def sent(self) -> tuple[str, ...]:
        """One line for each guarded body that left in this call; see `BodyGuard`."""
        return self._guard.sent

    @property
    def exchanges(self) -> list[Exchange]:
        """The requests of this call as they may be kept, in their order; masked anew each time it is asked for."""
        return [recording.exchange() for recording in self._recordings]

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        body: Any = None,  # noqa: ANN401 - bytes, text (sent as UTF-8), or a file object to stream
        repeatable: bool | None = None,
    ) -> Reply:
        """Make one request and return the answer, whatever its status code; errors as in `Http.request`."""
        method = method.upper()
        repeatable = method in {"GET", "HEAD"} if repeatable is None else repeatable
        if isinstance(body, str):
            body = body.encode()
        if not (body is None or isinstance(body, bytes) or hasattr(body, "read")):
            raise TypeError(f"a body is bytes, text or a file object, not {type(body).__name__}")
        prepared = _prepared(method, url, headers, params, body)
        if self._traceparent is not None:
            prepared.headers.setdefault("traceparent", next_span(self._traceparent))
        address = masked_url(str(prepared.url)).partition("?")[0]
        line = None
        if isinstance(body, bytes) and not repeatable:
            line = self._guard.line(method, address, body)

        def leaving() -> None:
            if not repeatable:
                self._wire.sending()
            if line is not None:
                self._guard.left(line)

        recording = Recording(method, str(prepared.url), prepared.headers, b"" if body is None else _bytes_of(body))
        self._recordings.append(recording)
        started = monotonic()
        try:
            return self._exchange(prepared, recording, f"{method} {address}", leaving, repeatable=repeatable)
        except AdapterError as error:
            recording.failure = error.detail
            raise
        finally:
            recording.seconds = monotonic() - started

    def _exchange(
        self,
        prepared: requests.PreparedRequest,
        recording: Recording,
        request: str,
        leaving: Callable[[], None],
        *,
        repeatable: bool,
    ) -> Reply:
        seconds = (self._deadline - self._now()).total_seconds()
        if seconds <= 0:
            raise Unavailable(f"{request}: the deadline of the call had passed; nothing was sent")
        try:
            response, read = self._pool.open(prepared, monotonic() + seconds, leaving, self._gone)
            recording.status = response.status_code
            reply = recording.reply = WholeReply(response.status_code, response.headers, read())
        except (requests.RequestException, HTTPError, OSError, ValueError, AnswerTooLarge, NotFetched) as error:
            left = self._pool.left
            fault = meaning(error, request, left=left, repeatable=repeatable, status=recording.status)
            if not left and not never_left(error, left=left):
                leaving()
            raise fault from None  # the texts of the causes quote the whole URL, and a logged traceback would too
        recording.failure = None
        return reply


def _bytes_of(body: object) -> bytes | None:
    return body if isinstance(body, bytes) else None


def _prepared(
    method: str, url: str, headers: Mapping[str, str] | None, params: Mapping[str, str] | None, body: object
) -> requests.PreparedRequest:
    prepared = requests.PreparedRequest()
    try:
        prepared.prepare(method=method, url=url, params=params, data=body, headers={**_HEADERS, **(headers or {})})
    except requests.exceptions.InvalidHeader:
        raise Misconfigured(f"{method}: a header holds what no header may hold", Scope.DELIVERY) from None
    except ValueError as error:
        raise Misconfigured(f"{method}: the address cannot be right ({type(error).__name__})") from None
    if not str(prepared.url).lower().startswith(("http://", "https://")):
        raise Misconfigured(f"{method}: the address must begin with https:// or http://")
    return prepared
