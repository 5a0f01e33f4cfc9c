"""A piece of a list."""

from typing import Generic, TypeVar
from uuid import UUID

from printhub.shapes.shape import Shape

T = TypeVar("T")


class Page(Shape, Generic[T]):
    """A piece of a list, the newest first."""

    items: list[T]
    next: UUID | None = None
    """What `after` takes for the following page; null at the end."""
