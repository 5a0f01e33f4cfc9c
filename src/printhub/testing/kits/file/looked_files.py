"""Files that let somebody look while they are read, or break off."""

import io
from collections.abc import Callable
from typing import BinaryIO
from uuid import UUID

from printhub.core.channels.files import TicketFile
from printhub.testing.memory_files import MemoryFiles

_PIECE = 4096


class LookedFiles(MemoryFiles):
    """Calls `look` with the name of a file, each time before a piece of it is read; what it raises, reading does."""

    def __init__(self, look: Callable[[str], None]) -> None:
        """Begin without files."""
        super().__init__()
        self._look = look
        self._names: dict[UUID, str] = {}

    def add(self, name: str, content: bytes | None = None, **facts: object) -> TicketFile:
        """Keep a file."""
        file = super().add(name, content, **facts)  # type: ignore[arg-type] # the facts are those of MemoryFiles.add
        self._names[file.id] = name
        return file

    def open(self, file_id: UUID) -> BinaryIO:
        """Open a file for reading, in pieces."""
        with super().open(file_id) as whole:
            return _Looked(whole.read(), lambda: self._look(self._names[file_id]))


class _Looked(io.BytesIO):
    def __init__(self, content: bytes, look: Callable[[], None]) -> None:
        super().__init__(content)
        self._look = look

    def read(self, size: int | None = -1, /) -> bytes:
        self._look()
        return super().read(_PIECE if size is None or size < 0 else min(size, _PIECE))

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override] # any buffer that can be written to
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)
