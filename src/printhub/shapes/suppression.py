"""Addresses that nothing more is sent to."""

from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from pydantic import Field

from printhub.core.model.suppression import Medium, SuppressionCause
from printhub.shapes.shape import Shape

if TYPE_CHECKING:
    from printhub.core.model.suppression import Suppression


class SuppressionShown(Shape):
    """An address of a storefront's customers that nothing more is sent to."""

    id: UUID
    storefront: str
    medium: Medium
    address: str | None = Field(repr=False)
    """Null where it was erased; nothing is sent there all the same."""
    cause: SuppressionCause
    detail: str
    since: datetime
    by: str
    delivery: UUID | None
    """The message that showed it."""

    @classmethod
    def of(cls, found: "Suppression") -> Self:
        """What is known of an entry."""
        return cls(
            id=found.id,
            storefront=found.storefront,
            medium=found.medium,
            address=found.address,
            cause=found.cause,
            detail=found.detail,
            since=found.since,
            by=found.by,
            delivery=found.delivery_id,
        )
