"""Fetches the certificates that partners sign their callbacks with, and remembers them for a while."""

import threading
from datetime import timedelta
from time import monotonic

from printhub.core.http.download import Downloads
from printhub.core.model.errors import NotFetched, Refused

LIFE = timedelta(hours=24)
"""How long a certificate is remembered."""
_LARGEST = 64 * 1024
_MOST = 64
"""Certificates that are remembered: partners sign with a handful, and whoever sends callbacks may name any."""


class FetchedCertificates:
    """Certificates by their https addresses, from the public internet only; safe for threads."""

    def __init__(self, downloads: Downloads) -> None:
        """Fetch by `downloads`."""
        self._downloads = downloads
        self._known: dict[str, tuple[float, bytes]] = {}
        self._lock = threading.Lock()

    def of(self, url: str) -> bytes:
        """The certificate (PEM) at `url`; raises Refused where it is not to be had."""
        with self._lock:
            known = self._known.get(url)
        if known is not None and monotonic() - known[0] < LIFE.total_seconds():
            return known[1]
        if not url.startswith("https://"):
            raise Refused("certificates are fetched from https addresses only")
        try:
            fetched = self._fetch(url)
        except NotFetched as error:
            raise Refused(f"the certificate could not be fetched: {error.detail}") from error
        with self._lock:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[url] = (monotonic(), fetched)
        return fetched

    def _fetch(self, url: str) -> bytes:
        body = bytearray()
        with self._downloads.open(url) as download:
            for chunk in download.chunks:
                body += chunk
                if len(body) > _LARGEST:
                    raise NotFetched(f"it has more than {_LARGEST} bytes", lasting=True)
        return bytes(body)
