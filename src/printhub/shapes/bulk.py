"""A retrigger of many: how far it is, and what it would do."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from pydantic import JsonValue

from printhub.shapes.delivery import DeliveryLine
from printhub.shapes.shape import Shape

if TYPE_CHECKING:  # the engine, which a client does without
    from printhub.core.flow.acts.bulk import Preview, Progress
    from printhub.core.flow.acts.deliveries import Sorted
    from printhub.core.store.bulk import BulkItem


class BulkShown(Shape):
    """A bulk act and how far it is."""

    id: UUID
    at: datetime
    by: str
    act: str
    why: str
    filter: dict[str, JsonValue]
    state: str
    """`listing`, `running`, `stopping`, `stopped` or `finished`."""
    batch: int
    total: int
    """How many deliveries are on its list."""
    ended: int
    """Of how many it is known what became of them."""
    counts: dict[str, int]
    """How many came to what."""
    waits: list[str]
    """What its batch waits for, besides partners' answers."""
    reason: str
    """Why it stopped before its list did."""
    ended_at: datetime | None

    @classmethod
    def of(cls, progress: "Progress") -> Self:
        """A bulk act as it stands."""
        act = progress.act
        own = ("id", "at", "by", "act", "why", "state", "batch", "reason", "ended_at")
        return cls(
            **{name: getattr(act, name) for name in own},
            filter=dict(act.wanted),
            total=progress.total,
            ended=progress.ended,
            counts={str(state): count for state, count in progress.all_counts.items()},
            waits=list(progress.waits),
        )


class BulkItemShown(Shape):
    """One delivery of a bulk act that did not simply go well."""

    delivery: UUID
    about: str | None
    state: str
    detail: str


class BulkDetails(BulkShown):
    """A bulk act with what did not go well."""

    items: list[BulkItemShown]

    @classmethod
    def of_items(cls, progress: "Progress", items: "Iterable[BulkItem]", named: Mapping[UUID, str]) -> Self:
        """A bulk act, and some items of its list with the names of their deliveries."""
        shown = [
            BulkItemShown(
                delivery=item.delivery_id, about=named.get(item.delivery_id), state=item.state, detail=item.detail
            )
            for item in items
        ]
        return cls(**dict(BulkShown.of(progress)), items=shown)


class PreviewShown(Shape):
    """What a bulk retrigger would do now; nothing was changed."""

    eligible: int
    first: list[UUID]
    """The first of those that would go."""
    others: dict[str, int]
    """Why how many of the others would not."""

    @classmethod
    def of(cls, preview: "Preview") -> Self:
        """A preview as it was counted."""
        return cls(
            eligible=preview.eligible, first=[delivery.id for delivery in preview.first], others=dict(preview.others)
        )


class LeftAlone(Shape):
    """A delivery that was not retriggered, and why not."""

    delivery: DeliveryLine
    why: str


class JobRetriggered(Shape):
    """What became of the deliveries of one job."""

    job: str
    retriggered: list[DeliveryLine]
    others: list[LeftAlone]

    @classmethod
    def of(cls, found: "Sorted") -> Self:
        """What a retrigger of a job came to."""
        return cls(
            job=found.job,
            retriggered=[DeliveryLine.of(delivery, found.job) for delivery in found.eligible],
            others=[LeftAlone(delivery=DeliveryLine.of(d, found.job), why=why) for d, why in found.others],
        )
