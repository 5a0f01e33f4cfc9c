"""What operators did."""

from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from printhub.shapes.shape import Shape

if TYPE_CHECKING:  # the store, which a client does without
    from printhub.core.store.acts import Act


class ActShown(Shape):
    """One act: who, what, when and why."""

    id: UUID
    at: datetime
    by: str
    act: str
    subject: str
    about: str
    """What it is about, in words."""
    why: str
    undoes: UUID | None
    """The act that it takes back."""
    undone_by: UUID | None
    """The act that took it back."""

    @classmethod
    def of(cls, act: "Act", undone_by: "Act | None") -> Self:
        """An act, and the one that took it back."""
        own = (name for name in cls.model_fields if name != "undone_by")
        return cls(**{name: getattr(act, name) for name in own}, undone_by=undone_by.id if undone_by else None)


class Undone(Shape):
    """An act that was taken back."""

    undone: ActShown
    now: str
    """What is so now."""
