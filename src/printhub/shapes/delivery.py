"""A delivery and its attempts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import JsonValue

from printhub.core.model.deliveries import Delivery, DeliveryState, ObstacleKind
from printhub.core.model.verbs import Kind, Verb
from printhub.shapes.shape import Shape


class ObstacleShown(Shape):
    """An obstacle of a delivery's own."""

    kind: ObstacleKind
    word: str
    detail: str


class DeliveryLine(Shape):
    """What is asked of which instance, where it stands, why, and its next moment."""

    id: UUID
    storefront: str
    instance: str
    kind: Kind
    verb: Verb
    job: str | None
    """The number of the job that it is for."""
    subject: str
    run: int
    """Counted from 1; sending again makes a further one."""
    state: DeliveryState
    reason: str
    rule: str
    """The rule that planned it."""
    since: datetime | None
    """Since when it is in its state."""
    sign_due_at: datetime | None
    """When the partner's next word is due."""
    overdue_since: datetime | None
    fingerprint: str | None
    """What failures that say the same have in common."""
    obstacles: list[ObstacleShown]
    next_at: datetime | None
    give_up_at: datetime | None
    attempts: int
    reference: str | None
    """The partner's own id."""
    parts: list[str]
    """The parts that arrived."""
    settled_by: UUID | None
    key: str
    """The key that every call for it carries."""
    epoch: int
    created_at: datetime

    @classmethod
    def of(cls, delivery: Delivery, job: str | None) -> Self:
        """A delivery and the number of its job."""
        given = set(cls.model_fields) - {"job", "obstacles", "parts"}
        return cls(
            **{name: getattr(delivery, name) for name in DeliveryLine.model_fields if name in given},
            job=job,
            obstacles=[ObstacleShown(kind=o.kind, word=o.word, detail=o.detail) for o in delivery.obstacles],
            parts=sorted(delivery.parts),
        )


class AttemptShown(Shape):
    """One attempt: how it ended and what went over the wire, masked."""

    number: int
    purpose: str
    """What it was for: the call itself, or a lookup."""
    began_at: datetime
    ended_at: datetime
    outcome: str
    detail: str
    stale: bool
    """Whether it ended when another process had taken the delivery over."""
    exchanges: list[JsonValue]
    """Requests and answers, with secrets and personal data masked."""

    @classmethod
    def of(cls, attempt: Mapping[str, Any]) -> Self:
        """A row of attempts."""
        return cls(**{name: attempt[name] for name in cls.model_fields})


class DeliveryShown(DeliveryLine):
    """A delivery with all its attempts."""

    tries: list[AttemptShown]


class DeliveryExplained(DeliveryShown):
    """A delivery with what is ahead of it and what it has to do with others."""

    settled_by: str | None  # type: ignore[assignment] # in words here, beside the others of its chain
    ahead: list[str]
    """What has to go first in its lane."""
    predecessors: list[str]
    covers: list[str]
    """The deliveries that its answer settled."""
