"""Entries of a job's history for tests: written by hand in one line, or drawn at random."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from hypothesis import strategies as st

from printhub.core.model.history import EpochReason, StatusChange
from printhub.core.model.statuses import JobStatus

START = datetime(2026, 11, 22, 9, tzinfo=UTC)
JOB = UUID(int=7)


def minute(number: int) -> datetime:
    """The moment `number` minutes after the start of the tests' day."""
    return START + timedelta(minutes=number)


def entry(
    status: JobStatus,
    received: int = 0,
    *,
    at: int | None = None,
    source: str = "storefront",
    source_id: str | None = None,
    epoch: int = 1,
    opens: EpochReason | None = None,
    removed: bool = False,
) -> StatusChange:
    """An entry received in that minute, with a time of its own only where `at` gives one."""
    name = source_id or f"{status}-{received}"
    return StatusChange(
        id=uuid5(JOB, f"{source} {name}"),
        job_id=JOB,
        status=status,
        received_at=minute(received),
        at=None if at is None else minute(at),
        source=source,
        source_id=name,
        epoch=epoch,
        opens=opens,
        removed_at=minute(received + 1) if removed else None,
        removed_by="operator" if removed else None,
    )


def told(status: JobStatus, at: int, **more: object) -> StatusChange:
    """An entry whose source gave its own time, and which was received at once."""
    return entry(status, at, at=at, **more)  # type: ignore[arg-type]  # passed on as it came


@st.composite
def histories(draw: st.DrawFn, *, reasons: tuple[EpochReason, ...] = tuple(EpochReason)) -> list[StatusChange]:
    """Histories with missing, equal and skewed times, removed blocks and up to three epochs."""
    drawn: list[StatusChange] = []
    for number in range(draw(st.integers(0, 10))):
        status = draw(st.sampled_from(JobStatus))
        opening = status is JobStatus.ACTION_RUN and bool(reasons)
        drawn.append(
            entry(
                status,
                draw(st.integers(0, 4)),
                at=draw(st.none() | st.integers(0, 4) | st.integers(-500_000, 500_000)),
                source=draw(st.sampled_from(["mis", "storefront"])),
                source_id=f"{number}",
                epoch=draw(st.integers(1, 3)),
                opens=draw(st.none() | st.sampled_from(reasons)) if opening else None,
                removed=draw(st.booleans()) if status is JobStatus.BLOCKED else False,
            )
        )
    return drawn
