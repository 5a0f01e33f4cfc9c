"""Callbacks of partners."""

from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from printhub.shapes.shape import Shape

if TYPE_CHECKING:  # the store, which a client does without
    from collections.abc import Sequence

    from printhub.core.store.callbacks import Callback


class CallbackShown(Shape):
    """A partner's callback that proved where it comes from and could be read."""

    id: UUID
    instance: str
    purpose: str
    """What stood behind the instance's name in the address."""
    received_at: datetime
    times: int
    """How often it came, word for word."""
    again_at: datetime | None
    """When it came last, if more than once."""
    signals: int
    """How many things it said."""
    taken_at: datetime | None
    """When what it said was taken in; null while that is still to come."""

    @classmethod
    def of(cls, callback: "Callback") -> Self:
        """What is known of a callback."""
        return cls(**{name: getattr(callback, name) for name in CallbackShown.model_fields})


class CallbackEvents(CallbackShown):
    """One callback with what came of it."""

    events: list[UUID]
    """The events that came of it, as far as an earlier one had not said the same."""

    @classmethod
    def with_events(cls, callback: "Callback", events: "Sequence[UUID]") -> Self:
        """A callback with its events."""
        return cls(**dict(CallbackShown.of(callback)), events=list(events))
