"""A file of a job."""

from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from pydantic import Field

from printhub.core.model.known import FileRecord, FileRole, FileState
from printhub.shapes.shape import Shape

if TYPE_CHECKING:  # the engine, which a client does without
    from printhub.core.flow.acts.files import Supplied


class FileShown(Shape):
    """A file of a job: what it is, and how far the hub is with it."""

    id: UUID
    role: FileRole
    name: str
    part: str | None
    media_type: str
    state: FileState
    size: int | None
    sha256: str | None
    superseded: bool
    """Whether a later file took its place."""
    attempts: int
    reason: str
    by: str
    """The operator who supplied it; empty for the storefront."""

    @classmethod
    def of(cls, file: FileRecord) -> Self:
        """What is known of a file."""
        return cls(**{name: getattr(file, name) for name in cls.model_fields})


class FileDue(FileShown):
    """A file, and when it is fetched next."""

    next_at: datetime | None


class LinkShown(Shape):
    """An address at which a file can be had without a token, for a while."""

    url: str = Field(repr=False)
    until: datetime


class SuppliedShown(Shape):
    """What came of files that somebody supplied."""

    files: list[FileShown]
    superseded: list[FileShown]
    """The files whose place they took."""
    storefront_asked: bool | None
    """Whether the storefront is asked to make the output anew; null where nothing has to be made."""
    told: list[str]
    """The instances that had been told of an earlier file."""
    unable: list[str]
    """Those of them that take no update, whose people are to be told."""

    @classmethod
    def of(cls, supplied: "Supplied") -> Self:
        """What an act on files came to."""
        return cls(
            files=[FileShown.of(file) for file in supplied.files],
            superseded=[FileShown.of(file) for file in supplied.superseded],
            storefront_asked=supplied.asked,
            told=list(supplied.told),
            unable=list(supplied.unable),
        )
