"""Reads multipart/form-data (RFC 7578) as it streams in."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from printhub.testing.simulator.body import Body

_BOUNDARY = re.compile(r'boundary=(?:"([^"]+)"|([^\s;]+))', re.IGNORECASE)
_FILE_NAME = re.compile(r';\s*filename="([^"]*)"', re.IGNORECASE)
_FILE_NAME_EXTENDED = re.compile(r";\s*filename\*=utf-8''([^\s;]+)", re.IGNORECASE)


class Malformed(Exception):
    """The body is not what its content type says."""


class Parts:
    """Iterate over it for the file name and the bytes of each part; finish (or skip) one before the next.

    The file name is None for a part that is a plain field.
    """

    def __init__(self, body: Body, content_type: str) -> None:
        found = _BOUNDARY.search(content_type)
        if not found:
            raise Malformed("The content type names no boundary.")
        self._delimiter = b"\r\n--" + (found[1] or found[2]).encode()
        self._body = body
        self._buffer = b"\r\n"  # as the first delimiter has no line before it

    def __iter__(self) -> Iterator[tuple[str | None, Iterator[bytes]]]:
        self._skip(self._delimiter)
        while not self._buffer_of(2).startswith(b"--"):
            head = b"".join(self._until(b"\r\n\r\n")).decode(errors="replace")
            content = self._until(self._delimiter)
            yield _file_name(head), content
            for _ in content:
                pass
        self._body.drain()

    def _skip(self, marker: bytes) -> None:
        for _ in self._until(marker):
            pass

    def _until(self, marker: bytes) -> Iterator[bytes]:
        """What stands before the marker, which is consumed too."""
        while (at := self._buffer.find(marker)) < 0:
            safe = max(0, len(self._buffer) - len(marker) + 1)  # the marker may have begun behind it
            piece, self._buffer = self._buffer[:safe], self._buffer[safe:]
            if piece:
                yield piece
            self._fill()
        piece, self._buffer = self._buffer[:at], self._buffer[at + len(marker) :]
        yield piece

    def _buffer_of(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._fill()
        return self._buffer

    def _fill(self) -> None:
        more = self._body.read()
        if not more:
            raise Malformed("The multipart body ends before its last boundary.")
        self._buffer += more


def _file_name(head: str) -> str | None:
    if extended := _FILE_NAME_EXTENDED.search(head):
        return unquote(extended[1])
    plain = _FILE_NAME.search(head)
    # Browsers and urllib3 write a quote or a line break in a name as %22, %0D, %0A, and nothing else (WHATWG HTML).
    return re.sub("%(22|0D|0A)", lambda escape: unquote(escape[0]), plain[1]) if plain else None
