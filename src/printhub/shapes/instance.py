"""An adapter instance: whether it works, what stops it, and its open work."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from printhub.core.model.verbs import Mode
from printhub.shapes.shape import Shape

if TYPE_CHECKING:  # the engine, which a client does without
    from printhub.core.flow.explain.instance import InstanceReport
    from printhub.core.store.instances import Stop


class StopShown(Shape):
    """What stops an instance, or one storefront at it."""

    cause: str
    storefront: str | None
    """Null where it stops all."""
    since: datetime | None
    until: datetime | None
    """Null where it does not end by itself."""
    detail: str

    @classmethod
    def of(cls, stop: "Stop") -> Self:
        """A stop as it stands."""
        return cls(
            cause=stop.cause,
            storefront=stop.storefront or None,
            since=stop.since if stop.cause.has_begun else None,
            until=stop.until,
            detail=stop.detail,
        )


class InstanceShown(Shape):
    """An instance as it stands."""

    instance: str
    adapter: str
    mode: Mode
    state: str
    """`works`, `works in part`, `on trial`, `off`, `paused`, `misconfigured`, `set aside`, or `resting`."""
    stops: list[StopShown]
    waiting: int
    """Deliveries that have not ended."""
    failed: int

    @classmethod
    def of(cls, report: "InstanceReport") -> Self:
        """An instance as it was read."""
        return cls(
            instance=report.name,
            adapter=report.adapter,
            mode=report.mode,
            state=report.state,
            stops=[StopShown.of(stop) for stop in report.stops],
            waiting=report.waiting,
            failed=report.failed,
        )
