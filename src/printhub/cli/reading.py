"""Cuts a stream of bytes into the events that it holds: one object, an array, or JSON lines, however long it is.

Nothing is checked here: what is no JSON comes out as it is, for the intake to refuse it and keep it.
"""

import re
from collections.abc import Iterator
from io import BufferedReader
from typing import BinaryIO

from printhub.core.model.envelope import MAX_EVENT_BYTES

LARGEST = 16 * MAX_EVENT_BYTES
"""Of a longer piece only this much is kept: enough to be refused as too large."""

_CHUNK = 64 * 1024
_SPACE = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"
_STRUCTURE = re.compile(rb'["{}\[\],]')
_IN_STRING = re.compile(rb'["\\]')


def pieces(stream: BinaryIO) -> Iterator[list[bytes]]:
    """Yield the events as they were written, as many at a time as one reading of the stream completes.

    An array is cut at its commas. Elsewhere each line is an event, unless the first one ends within an object: then
    the input is cut where the outermost brackets close. What never ends comes out as one last piece, or line by line
    where lines after its first are whole objects, so that one broken line does not take the good ones with it.
    """
    source, found = _Source(stream), list[bytes]()
    while first := source.first_line():
        for piece in _cut(first, source):
            if piece is not None:
                found.append(piece)
            elif found:
                yield found
                found = []
        if found:
            yield found
            found = []


Cut = Iterator[bytes | None]
"""Pieces, and None before the stream is read again, which may take its time."""


def _cut(first: bytes, source: "_Source") -> Cut:
    if first[:1] == b"[":
        source.skip(1)
        return _elements(source)
    if first[:1] == b"{" and not _ends(first):
        return _values(source)
    return _lines(source)


class _Source:
    """A stream with what was read ahead of it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.ahead = b""

    def first_line(self) -> bytes:
        """The next line that holds anything, which stays to be read; of a long one its beginning."""
        self.ahead = self.ahead.lstrip(_SPACE)
        while b"\n" not in self.ahead and len(self.ahead) < LARGEST and (more := self._read()):
            self.ahead = (self.ahead + more).removeprefix(_BOM).lstrip(_SPACE)
        return self.ahead.partition(b"\n")[0]

    def skip(self, count: int) -> None:
        self.ahead = self.ahead[count:]

    def chunk(self) -> bytes:
        """What comes next; empty at the end."""
        found, self.ahead = self.ahead or self._read(), b""
        return found

    def _read(self) -> bytes:
        # Whatever is there: a pipe whose writer takes its time is not waited for until it is full.
        return self._stream.read1(_CHUNK) if isinstance(self._stream, BufferedReader) else self._stream.read(_CHUNK)


class _Piece:
    """One event that is being gathered."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._kept = 0

    def add(self, part: bytes) -> None:
        part = part[: LARGEST - self._kept]
        self._kept += len(part)
        self._parts.append(part)

    def take(self) -> bytes:
        found = b"".join(self._parts).strip(_SPACE)
        self._parts, self._kept = [], 0
        return found


def _lines(source: _Source) -> Cut:
    piece = _Piece()
    while chunk := source.chunk():
        *whole, rest = chunk.split(b"\n")
        for line in whole:
            piece.add(line)
            if found := piece.take():
                yield found
        piece.add(rest)
        yield None
    if found := piece.take():
        yield found


def _elements(source: _Source) -> Cut:
    piece, scan = _Piece(), _Scan()
    while chunk := source.chunk():
        start = 0
        for place, letter in scan.marks(chunk):
            closed = scan.depth < 0
            if not closed and not (letter == b"," and scan.depth == 0):
                continue
            piece.add(chunk[start:place])
            start, found = place + 1, piece.take()
            if found or not closed:
                yield found
            if closed:
                source.ahead = chunk[start:]
                return
        piece.add(chunk[start:])
        yield None
    if found := piece.take():
        yield found
    yield b"["  # it was never closed, and somebody has to be told: there may have been more


def _values(source: _Source) -> Cut:
    piece, scan = _Piece(), _Scan()
    while chunk := source.chunk():
        start = 0
        for place, letter in scan.marks(chunk):
            if letter in b"}]" and scan.depth <= 0:
                piece.add(chunk[start : place + 1])
                start, scan.depth = place + 1, 0
                yield piece.take()
        piece.add(chunk[start:])
        yield None
    left = piece.take()
    lines = [line for line in map(bytes.strip, left.split(b"\n")) if line]
    if any(line[:1] == b"{" and _ends(line) for line in lines[1:]):
        yield from lines
    elif left:
        yield left


class _Scan:
    """How deep in brackets a place is, over chunks that may end anywhere."""

    def __init__(self) -> None:
        self.depth = 0
        self.in_string = False
        self._skip = 0

    def marks(self, chunk: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield the places of brackets and commas outside strings; `depth` is what it is after each."""
        place, self._skip = self._skip, 0
        while mark := (_IN_STRING if self.in_string else _STRUCTURE).search(chunk, place):
            letter, place = mark[0], mark.end()
            if letter == b"\\":
                place += 1  # whatever is escaped means nothing
            elif letter == b'"':
                self.in_string = not self.in_string
            else:
                self.depth += {b"{": 1, b"[": 1, b"}": -1, b"]": -1}.get(letter, 0)
                yield mark.start(), letter
        self._skip = max(0, place - len(chunk))


def _ends(line: bytes) -> bool:
    """Whether all that is opened in a line is closed in it."""
    scan = _Scan()
    for _ in scan.marks(line):
        pass
    return scan.depth <= 0 and not scan.in_string
