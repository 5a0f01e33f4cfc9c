"""Why a job stands where it stands."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Self

from printhub.shapes.delivery import AttemptShown, DeliveryExplained, DeliveryLine
from printhub.shapes.job import JobLine, WayShown
from printhub.shapes.shape import Shape

if TYPE_CHECKING:  # the engine, which a client does without
    from printhub.core.flow.explain.explanation import Explained, Explanation


class Happened(Shape):
    """Something that happened to a job."""

    at: datetime
    what: str
    by: str


class Coming(Shape):
    """Something that is to happen; `at` is null where no time is set."""

    at: datetime | None
    what: str


class RemedyShown(Shape):
    """What somebody can do, as a command."""

    command: str
    does: str
    gives_up: bool
    """Whether it does without something instead of having it go on."""


class ExplanationShown(Shape):
    """The whole explanation of a job, or of one of its deliveries."""

    summary: str
    through: bool
    """Whether all is done, and nothing is left to explain."""
    job: JobLine
    served: bool
    """Whether some process makes calls now."""
    story: list[Happened]
    in_the_way: list[WayShown]
    deliveries: list[DeliveryExplained]
    unrouted: list[str]
    """What no route led to."""
    coming: list[Coming]
    advice: list[str]
    remedies: list[RemedyShown]

    @classmethod
    def of(cls, found: "Explanation") -> Self:
        """An explanation as it was found."""
        job, order = found.report.dossier.job, found.report.dossier.order
        return cls(
            summary=found.summary,
            through=found.is_through,
            job=JobLine.of(job, order.number if order else None),
            served=found.report.served,
            story=[Happened(at=one.at, what=one.what, by=one.by) for one in found.story],
            in_the_way=[WayShown.of(one) for one in found.in_the_way],
            deliveries=_deliveries(found.deliveries, job.number),
            unrouted=list(found.unrouted),
            coming=[Coming(at=one.at, what=one.what) for one in found.coming],
            advice=list(found.advice),
            remedies=[RemedyShown(command=r.command, does=r.does, gives_up=r.gives_up) for r in found.remedies],
        )


def _deliveries(explained: "Sequence[Explained]", job: str) -> list[DeliveryExplained]:
    return [
        DeliveryExplained(
            **dict(DeliveryLine.of(one.delivery, job))
            | {
                "ahead": list(one.ahead),
                "predecessors": list(one.predecessors),
                "settled_by": one.settled_by,
                "covers": list(one.covers),
                "tries": [AttemptShown.of(attempt) for attempt in one.attempts],
            }
        )
        for one in explained
    ]
