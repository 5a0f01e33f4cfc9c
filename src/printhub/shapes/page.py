"""A piece of a list."""

from typing import Generic, TypeVar
from uuid import UUID

from printhub.core.model.record import Message

T = TypeVar("T")


class Page(Message, Generic[T]):
    """A piece of a list, the newest first."""

    items: list[T]
    next: UUID | None = None
    """What `after` takes for the following page; null at the end."""
