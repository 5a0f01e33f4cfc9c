"""The body of a request, read piece by piece, so that a huge upload never stands in memory."""

from collections.abc import Iterator, Mapping
from io import BufferedIOBase

PIECE = 64 * 1024
KEPT = 256 * 1024


class BrokenOff(Exception):
    """The client ended the connection within the body."""


class Body:
    """Counted by Content-Length or sent in chunks (RFC 9112, 7.1). `kept` holds the first 256 KiB, `size` counts."""

    def __init__(self, stream: BufferedIOBase, headers: Mapping[str, str]) -> None:
        self.kept = b""
        self.size = 0
        self._stream = stream
        self._chunked = headers.get("transfer-encoding", "").lower() == "chunked"
        length = headers.get("content-length", "")
        self._length = int(length) if length.isdecimal() else 0
        self._left = 0 if self._chunked else self._length

    def read(self, most: int = PIECE) -> bytes:
        """The next piece of at most so many bytes; empty at the end. Raises BrokenOff."""
        if self._chunked and not self._left:
            self._begin_chunk()
        if not self._left:
            return b""
        piece = self._take(min(most, self._left))
        self._left -= len(piece)
        if self._chunked and not self._left:
            self._take(2)
        self.size += len(piece)
        if len(self.kept) < KEPT:
            self.kept += piece[: KEPT - len(self.kept)]
        return piece

    def pieces(self) -> Iterator[bytes]:
        """All that is left, piece by piece."""
        while piece := self.read():
            yield piece

    def whole(self) -> bytes:
        """All that is left, in one."""
        return b"".join(self.pieces())

    def drain(self) -> None:
        """Read on to the end, so that the connection can serve the next request."""
        for _ in self.pieces():
            pass

    def read_half(self) -> None:
        """Half of a counted body, the first piece of a chunked one."""
        if self._chunked:
            self.read()
        while self.size < self._length // 2:
            self.read(min(PIECE, self._length // 2 - self.size))

    def _begin_chunk(self) -> None:
        try:
            self._left = int(self._line().split(b";")[0], 16)
        except ValueError:
            raise BrokenOff from None
        if not self._left:
            self._chunked = False
            while self._line() != b"\r\n":  # trailers
                pass

    def _line(self) -> bytes:
        line = self._stream.readline(PIECE)
        if not line.endswith(b"\n"):
            raise BrokenOff
        return line

    def _take(self, size: int) -> bytes:
        try:
            piece = self._stream.read(size)
        except OSError as error:
            raise BrokenOff from error
        if len(piece) < size:
            raise BrokenOff
        return piece
