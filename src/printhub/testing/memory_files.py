"""The bytes of a message's files, kept in memory."""

import hashlib
import io
from datetime import timedelta
from typing import BinaryIO
from uuid import NAMESPACE_URL, UUID, uuid5

from printhub.core.channels.files import TicketFile
from printhub.core.model.errors import Misconfigured
from printhub.core.model.known import FileRole
from printhub.testing.pdf import tiny_pdf


class MemoryFiles:
    """A FileSource for tests: what was added can be opened, and has a URL at which nothing is served."""

    def __init__(self, address: str = "https://files.example") -> None:
        """`address` is where the URLs begin; serve the files there if a partner is to fetch them."""
        self._address = address
        self._contents: dict[UUID, bytes] = {}

    def add(
        self,
        name: str,
        content: bytes | None = None,
        *,
        part: str | None = None,
        role: FileRole = FileRole.ARTWORK,
    ) -> TicketFile:
        """Keep `content` (a tiny PDF that shows the name, if none is given) and describe it for a ticket."""
        content = tiny_pdf(name) if content is None else content
        digest = hashlib.sha256(content).hexdigest()
        file = TicketFile(
            id=uuid5(NAMESPACE_URL, f"{self._address}/{len(self._contents)}/{digest}"),
            name=name,
            role=role,
            part=part,
            size=len(content),
            sha256=digest,
        )
        self._contents[file.id] = content
        return file.bound(self)

    def open(self, file_id: UUID) -> BinaryIO:
        """Open the file for reading; raises Misconfigured for one that was not added."""
        if file_id not in self._contents:
            raise Misconfigured(f"no file {file_id} is stored")
        return io.BytesIO(self._contents[file_id])

    def url(self, file_id: UUID, life: timedelta) -> str:
        """The address of the file, with its life in seconds."""
        return f"{self._address}/{file_id}?life={int(life.total_seconds())}"
