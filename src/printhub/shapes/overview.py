"""The daily look."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from printhub.shapes.shape import Shape

if TYPE_CHECKING:  # the engine, which a client does without
    from printhub.core.flow.explain.overview import Overview


class WorkerShown(Shape):
    """A process that makes calls."""

    id: UUID
    host: str
    pid: int
    renewed_at: datetime


class StandingShown(Shape):
    """How an instance stands."""

    name: str
    ready: int
    oldest: datetime | None
    """Since when the oldest of what is ready waits."""
    retrying: int
    trouble: list[str]
    needs_person: bool


class HeapShown(Shape):
    """Things of one sort that wait; `command` lists them."""

    what: str
    count: int
    words: str
    command: str
    needs_person: bool


class OverviewShown(Shape):
    """What wants somebody, and what waits."""

    now: datetime
    needs_person: bool
    """Whether anything does not mend itself."""
    served: bool
    """Whether some process makes calls now."""
    workers: list[WorkerShown]
    instances: list[StandingShown]
    waiting: list[HeapShown]

    @classmethod
    def of(cls, found: "Overview") -> Self:
        """An overview as it was read."""
        return cls(
            now=found.now,
            needs_person=found.needs_person,
            served=bool(found.workers),
            workers=[WorkerShown(**asdict(worker)) for worker in found.workers],
            instances=[StandingShown(**asdict(standing)) for standing in found.instances],
            waiting=[HeapShown(**asdict(heap)) for heap in found.heaps],
        )
