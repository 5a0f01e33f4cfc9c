"""Bytes that are counted and digested as they pass."""

import hashlib
from collections.abc import Iterable, Iterator


class Digest:
    """Passes chunks on, once."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        """Pass these on."""
        self._chunks = chunks
        self._digest = hashlib.sha256()
        self._size = 0

    def __iter__(self) -> Iterator[bytes]:
        """Each chunk."""
        for chunk in self._chunks:
            self._digest.update(chunk)
            self._size += len(chunk)
            yield chunk

    def whole(self) -> tuple[int, str]:
        """How many bytes there are in all, and their SHA-256 in hex; what has not passed yet passes now."""
        for _ in self:
            pass
        return self._size, self._digest.hexdigest()
