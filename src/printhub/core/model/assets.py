"""A file of a job as the storefront announces it: where it lies, and how to know that it arrived whole."""

from typing import Annotated

from pydantic import Field, StringConstraints

from printhub.core.model.record import Identifier, Message


class Asset(Message):
    """One file of artwork or output."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    """File name for people and partners; never used as a path."""
    url: Annotated[str, StringConstraints(max_length=2000, pattern=r"^(https?|file)://\S+$")] = Field(repr=False)
    """Where the file lies: http(s) at the storefront, or `file://` under one of the allowed roots."""
    media_type: str = "application/pdf"
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    size: Annotated[int, Field(ge=0, le=2**63 - 1)] | None = None
    """In bytes."""
    part: Identifier | None = None
    """The part of a MultiPart job that the file belongs to."""
