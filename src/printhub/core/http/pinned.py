"""Connections that look a name up themselves, check every address, and connect to one of those.

So a name that means something else a moment later leads nowhere else. TLS, certificate and Host header keep the name.
"""

import socket
from functools import partial
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.exceptions import NameResolutionError

from printhub.core.http.addresses import Addresses
from printhub.core.http.connection import Watched, WatchedAdapter, WatchedTls
from printhub.core.http.passage import Passage

_CONNECT_SECONDS = 10.0
"""How long one address may take to answer."""


class Pinned(Watched):
    """A connection to an address that was looked at, and to no other."""

    def __init__(self, *args: Any, passage: Passage, addresses: Addresses, **keywords: Any) -> None:
        """Connect to what `addresses` allow; the rest is as for the superclass."""
        super().__init__(*args, passage=passage, **keywords)
        self._spent = passage
        self._addresses = addresses

    def _new_conn(self) -> socket.socket:
        try:
            places = self._addresses.of(self.host, self.port)
        except (OSError, UnicodeError) as error:  # a label that is empty or too long fails as text
            raise NameResolutionError(self.host, self, socket.gaierror("not found")) from error
        refused: OSError | None = None
        for family, place in places:
            sock = socket.socket(family, socket.SOCK_STREAM)
            try:
                sock.settimeout(min(_CONNECT_SECONDS, self._spent.remaining()))
                sock.connect(place)
            except OSError as error:
                sock.close()
                refused = error
            else:
                return sock
        raise refused or OSError("no address")


class PinnedTls(Pinned, WatchedTls):
    """The same over TLS, whose certificate has to be of the name."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = Pinned  # type: ignore[mutable-override]  # how urllib3 is told which connections to make


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = PinnedTls  # type: ignore[mutable-override]  # how urllib3 is told which connections to make


class PinnedAdapter(WatchedAdapter):
    """An HTTPAdapter whose connections lead to allowed addresses alone; through a proxy there is none."""

    def __init__(self, passage: Passage, addresses: Addresses) -> None:
        """Connect to what `addresses` allow."""
        self._addresses = addresses
        super().__init__(passage)

    def _watch(self, manager: PoolManager) -> None:
        pools: dict[str, Any] = {  # urllib3 asks for classes, and uses them as factories
            "http": partial(_Pool, passage=self._passage, addresses=self._addresses),
            "https": partial(_TlsPool, passage=self._passage, addresses=self._addresses),
        }
        manager.pool_classes_by_scheme = pools
