"""Connections that say when a request's first byte leaves, and that spend one total time on all reads and writes."""

import http.client
import io
import socket
from functools import partial
from time import monotonic
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import LocationValueError, NewConnectionError

from printhub.core.http.passage import Passage

IDLE_SECONDS = 4.0
"""A kept connection idle for longer is not used again: common servers close theirs after five seconds, and a request
that meets the closing ends in an unknown outcome."""

_PIECE_BYTES = 64 * 1024


class _TimedReader(io.RawIOBase):
    """The reading end of a socket; each read may take what is left of the whole call's time."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, passage: Passage) -> None:
        self._raw = raw
        self._sock = sock
        self._passage = passage

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401 - a writable buffer, which 3.11 has no name for
        self._sock.settimeout(self._passage.remaining())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    """An answer whose status line, headers and body are all read against the call's deadline."""

    def __init__(self, sock: socket.socket, *args: Any, passage: Passage, **keywords: Any) -> None:
        super().__init__(sock, *args, **keywords)
        passage.wait()
        self.fp = io.BufferedReader(_TimedReader(self.fp.detach(), sock, passage))


class Watched(HTTPConnection):
    """Tells the passage when bytes leave; what sets a connection up (a proxy's CONNECT, TLS) does not count."""

    def __init__(self, *args: Any, passage: Passage, **keywords: Any) -> None:
        """Report to `passage`; the rest is as for the superclass."""
        super().__init__(*args, **keywords)
        self.response_class = partial(_TimedResponse, passage=passage)  # type: ignore[assignment]  # used as a factory
        self._passage = passage
        self._connecting = False
        self._used_at = monotonic()

    def connect(self) -> None:
        """Open the socket, with TLS where it is asked for."""
        self._connecting = True
        try:
            super().connect()
        except LocationValueError:
            raise
        except ValueError as error:
            # A peer that is gone before the TLS handshake makes `ssl` skip it, and urllib3 trip over a ValueError.
            raise NewConnectionError(self, "the peer closed the connection at once") from error
        finally:
            self._connecting = False

    def send(self, data: Any) -> None:  # noqa: ANN401 - as the superclass: bytes or a file
        """Send within the call's time, and tell the passage before the first byte."""
        if self._connecting:
            super().send(data)
            return
        if self.sock is None:
            self.connect()
        self._passage.remaining()
        self._passage.leave()
        # One timeout covers one send, and a TLS socket counts it anew for each part: hence small pieces.
        pieces = memoryview(data) if isinstance(data, bytes) else None
        for start in range(0, len(data), _PIECE_BYTES) if pieces is not None else (0,):
            self.sock.settimeout(self._passage.remaining())
            super().send(data if pieces is None else pieces[start : start + _PIECE_BYTES])
        self._used_at = monotonic()

    @property
    def is_connected(self) -> bool:
        """Asked by the pool before it hands out a kept connection; one that says no is opened anew."""
        return super().is_connected and monotonic() - self._used_at < IDLE_SECONDS


class WatchedTls(Watched, HTTPSConnection):
    """The same over TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = Watched  # type: ignore[mutable-override]  # how urllib3 is told which connections to make


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = WatchedTls  # type: ignore[mutable-override]  # how urllib3 is told which connections to make


class WatchedAdapter(HTTPAdapter):
    """An HTTPAdapter whose connections report to `passage`; `send` is inherited, so that `responses` can mock it."""

    def __init__(self, passage: Passage) -> None:
        """Keep few connections: one thread uses one at a time for each host."""
        self._passage = passage
        super().__init__(pool_connections=4, pool_maxsize=2, max_retries=0)

    def init_poolmanager(self, *args: Any, **keywords: Any) -> None:
        """Make the manager of direct connections."""
        super().init_poolmanager(*args, **keywords)
        self._watch(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **keywords: Any) -> Any:  # noqa: ANN401 - as the superclass
        """Return the manager of connections through a proxy."""
        manager = super().proxy_manager_for(*args, **keywords)
        self._watch(manager)
        return manager

    def _watch(self, manager: PoolManager) -> None:
        pools: dict[str, Any] = {  # urllib3 asks for classes, and uses them as factories
            "http": partial(_Pool, passage=self._passage),
            "https": partial(_TlsPool, passage=self._passage),
        }
        manager.pool_classes_by_scheme = pools
