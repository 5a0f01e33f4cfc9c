"""The files that a message carries along: described in the message, opened through the hub."""

from collections.abc import Iterable
from datetime import timedelta
from typing import BinaryIO, Protocol, Self
from uuid import UUID

from pydantic import Field, PrivateAttr

from printhub.core.model.known import FileRecord, FileRole, FileState, to_print
from printhub.core.model.record import Message


class FileSource(Protocol):
    """Where the bytes of a message's files come from."""

    def open(self, file_id: UUID) -> BinaryIO:
        """Open the stored file for reading."""

    def url(self, file_id: UUID, life: timedelta) -> str:
        """A URL under which a partner can fetch the stored file for at least `life`."""


class TicketFile(Message):
    """One file to be printed."""

    id: UUID
    name: str
    """A file name for partners, without any path."""
    role: FileRole
    part: str | None = None
    media_type: str = "application/pdf"
    size: int | None = None
    """In bytes."""
    sha256: str | None = None
    """Lower-case hex."""
    link: str | None = Field(default=None, repr=False)
    """The storefront's own URL, where its files stay put."""
    _source: FileSource | None = PrivateAttr(default=None)

    def open(self) -> BinaryIO:
        """Open the file for reading; the caller closes it. Raises Misconfigured where the hub has no copy."""
        return self._reach().open(self.id)

    def url(self, life: timedelta = timedelta(hours=48)) -> str:
        """A URL for the partner to fetch the file from, good for at least `life`."""
        return self.link or self._reach().url(self.id, life)

    def bound(self, source: FileSource) -> Self:
        """The same description, able to reach its bytes."""
        copy = self.model_copy()
        copy._source = source  # noqa: SLF001 - a copy of this very class
        return copy

    def _reach(self) -> FileSource:
        if self._source is None:
            raise RuntimeError("this file belongs to no call; only messages handed to a verb can be opened")
        return self._source


def described(files: Iterable[FileRecord]) -> tuple[TicketFile, ...]:
    """Describe what is to be printed."""
    return tuple(ticket_file(file) for file in to_print(files))


def ticket_file(file: FileRecord) -> TicketFile:
    """Describe one file; a link only where the storefront's files stay put."""
    return TicketFile(
        id=file.id,
        name=file.name,
        role=file.role,
        part=file.part,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        link=file.url if file.state is FileState.HANDED_ON else None,
    )
