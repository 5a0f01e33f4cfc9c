"""A multipart/form-data body (RFC 7578) that is read piece by piece, so that no file stands whole in memory."""

import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import BinaryIO, Self

from printhub_mis_generic.artwork import Piece

_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+", re.ASCII)


def media_type_of(piece: Piece) -> str:
    """The file's media type, if it is one."""
    return piece.file.media_type if _MEDIA_TYPE.fullmatch(piece.file.media_type) else "application/octet-stream"


class Multipart(io.RawIOBase):
    """Open it with `with`: the files are open in between.

    The boundary comes from the call's key, so that the same call sends the same bytes.
    """

    def __init__(self, fields: Mapping[str, str], field: str, files: Sequence[Piece], key: str) -> None:
        """`field` is the name of the field that each file stands in."""
        super().__init__()
        self._boundary = "printhub-" + hashlib.sha256(key.encode()).hexdigest()[:40]
        self._fields = fields
        self._field = field
        self._files = files
        self._stack = ExitStack()
        self._sources: list[BinaryIO] = []
        self._sizes: list[int] = []
        self._at = 0

    @property
    def content_type(self) -> str:
        """The Content-Type of the request."""
        return f"multipart/form-data; boundary={self._boundary}"

    def __enter__(self) -> Self:
        """Open every file; raises Misconfigured where the hub has no copy of one."""
        with ExitStack() as opening:
            for name, value in self._fields.items():
                self._add(io.BytesIO(self._head(f'name="{_quoted(name)}"') + value.encode() + b"\r\n"))
            for piece in self._files:
                named = f'name="{_quoted(self._field)}"; filename="{_quoted(piece.name)}"'
                self._add(io.BytesIO(self._head(named, media_type_of(piece))))
                self._add(opening.enter_context(piece.file.open()))
                self._add(io.BytesIO(b"\r\n"))
            self._add(io.BytesIO(f"--{self._boundary}--\r\n".encode()))
            self._stack = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every file."""
        self.close()

    def close(self) -> None:
        """Close every file."""
        self._stack.close()
        super().close()

    def __len__(self) -> int:
        """All bytes of the body, for its Content-Length."""
        return sum(self._sizes)

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """To its beginning and end, and to where it is."""
        return True

    def tell(self) -> int:
        """How much was read."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to `offset` bytes from the beginning, from here, or from the end."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(self)}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override] # typeshed's Buffer
        """Read the next piece: of one field or file at most."""
        begin = 0
        for source, size in zip(self._sources, self._sizes, strict=True):
            if self._at < begin + size:
                source.seek(self._at - begin)
                piece = source.read(min(len(buffer), begin + size - self._at))
                if not piece:
                    raise OSError("a file became shorter while it was sent")
                buffer[: len(piece)] = piece
                self._at += len(piece)
                return len(piece)
            begin += size
        return 0

    def _add(self, source: BinaryIO) -> None:
        self._sizes.append(source.seek(0, io.SEEK_END))
        self._sources.append(source)

    def _head(self, disposition: str, media_type: str = "") -> bytes:
        lines = [f"--{self._boundary}", f"Content-Disposition: form-data; {disposition}"]
        if media_type:
            lines.append(f"Content-Type: {media_type}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _quoted(name: str) -> str:
    """As browsers write it (WHATWG HTML, multipart/form-data): nothing else is escaped."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
