"""Input: events that were recorded, and what was refused."""

from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from printhub.core.model.events.partner import StaffNotice
from printhub.shapes.shape import Shape

if TYPE_CHECKING:  # the store, which a client does without
    from printhub.core.flow.receipts import Receipt
    from printhub.core.store.events import EventRecord, Refusal


class EventShown(Shape):
    """A recorded event without its body."""

    id: UUID
    source: str
    source_id: str
    type: str
    storefront: str | None
    subject: str | None
    time: datetime | None
    received_at: datetime
    state: str
    """What became of it."""
    waits_for: str | None
    """What an early one waits for."""

    @classmethod
    def of(cls, event: "EventRecord") -> Self:
        """What is known of an event."""
        return cls(**{name: getattr(event, name) for name in cls.model_fields})


class RefusalShown(Shape):
    """Input that was refused; source and id as far as it named them."""

    id: UUID
    source: str | None
    source_id: str | None
    received_at: datetime
    code: str
    """The reason, for programs."""
    reason: str

    @classmethod
    def of(cls, refusal: "Refusal") -> Self:
        """What is known of it."""
        return cls(**{name: getattr(refusal, name) for name in cls.model_fields})


class NoticeShown(Shape):
    """Something that people of the print shop were told, once."""

    id: UUID
    at: datetime
    matter: str | None
    """What it is about, for programs; null where it was erased."""
    text: str | None
    job: str | None
    instance: str | None
    storefront: str | None

    @classmethod
    def of(cls, record: "EventRecord", notice: StaffNotice | None) -> Self:
        """A notice with its record; None where its text was erased."""
        return cls(
            id=record.id,
            at=record.received_at,
            matter=notice.matter if notice else None,
            text=notice.text if notice else None,
            job=notice.job if notice else record.subject,
            instance=notice.instance if notice else None,
            storefront=record.storefront,
        )


class Fault(Shape):
    """What is wrong at one place of the input."""

    pointer: str
    """A JSON pointer (RFC 6901) into the event or the body, or `query/NAME`, `path/NAME`, `header/NAME`."""
    detail: str


class ReceiptShown(Shape):
    """What became of one event that was handed in."""

    index: int
    """Its place in what was handed in."""
    id: str | None
    """The event's own id, as far as it could be read."""
    taken: str
    """`accepted`; `repeated`: it was recorded before, and nothing was done; `refused`: it was not recorded."""
    state: str | None
    """What became of an accepted one: `applied`, or `early` while what it is about is not known yet."""
    code: str | None
    """Why it was refused, for programs."""
    reason: str | None
    errors: list[Fault] = []
    """Where in the event what is wrong."""

    @classmethod
    def of(cls, index: int, receipt: "Receipt") -> Self:
        """The receipt for the event at this place."""
        names = ("id", "taken", "state", "code", "reason")
        errors = [Fault(pointer=pointer, detail=detail) for pointer, detail in receipt.faults]
        return cls(index=index, **{name: getattr(receipt, name) for name in names}, errors=errors)
