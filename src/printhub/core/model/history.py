"""One entry of a job's history, and the current status as a pure function of all entries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from printhub.core.model.statuses import JobStatus, Stage


class EpochReason(StrEnum):
    """Why an ActionRun entry opened a new epoch of a job's life."""

    REPRINT = "reprint"
    REOPEN = "reopen"
    RECREATION = "recreation"
    RETRIGGER = "retrigger"

    @property
    def leaves_sticky(self) -> bool:
        """Only a reprint or a reopening leaves Shipped, CleanUp or JobDataDeleted behind."""
        return self in (EpochReason.REPRINT, EpochReason.REOPEN)


@dataclass(frozen=True, slots=True)
class StatusChange:
    """One status that was reported for a job; appended, never edited.

    `at` is the source's own time (None when it gave none), `received_at` the hub's. `source` and `source_id` name
    what reported it; together they are unique within a job. `by` is who, for people. `removed_at` is set only for a
    Blocked entry that was released, from its removal row.
    """

    id: UUID
    job_id: UUID
    status: JobStatus
    received_at: datetime
    source: str
    source_id: str
    at: datetime | None = None
    by: str = ""
    label: str | None = None
    detail: str = ""
    epoch: int = 1
    opens: EpochReason | None = None
    event_id: UUID | None = None
    delivery_id: UUID | None = None
    removed_at: datetime | None = None
    removed_by: str | None = None
    removed_why: str | None = None

    @property
    def time(self) -> datetime:
        """When it happened, as far as is known: a source whose clock runs ahead is not believed beyond its receipt."""
        return self.received_at if self.at is None else min(self.at, self.received_at)

    @property
    def stands(self) -> bool:
        """Whether the entry still counts: all do, but for a Blocked one that was removed."""
        return not (self.status is JobStatus.BLOCKED and self.removed_at is not None)


def current(history: Iterable[StatusChange]) -> StatusChange | None:
    """Tell which entry is a job's current status, whatever the order in which entries were processed.

    Entries count in the order of (epoch, time, stage, source, source's id) and each replaces the one before, except
    that one without a time of its own never replaces one of a later stage, and that a sticky status gives way only
    to one at least as sticky. A new epoch counts stages anew; only a reprint or a reopening leaves a sticky status.
    None for an empty history.
    """
    standing = sorted((entry for entry in history if entry.stands), key=_order)
    eligible = [entry for entry in standing if entry.status.can_be_current]
    left_behind = {entry.epoch for entry in standing if entry.opens is not None and entry.opens.leaves_sticky}
    holder: StatusChange | None = None
    stage: Stage | None = None
    for entry in eligible:
        begins = holder is None or entry.epoch > holder.epoch
        entered = entry.status.stage or (None if begins else stage)
        if holder is not None and not _replaces(entry, entered, holder, stage, left_behind):
            continue
        holder, stage = entry, entered
    return holder or (standing[-1] if standing else None)


def _order(entry: StatusChange) -> tuple[int, datetime, int, str, str]:
    # A status without a stage of its own comes after those of the same moment: "Ordered, then Blocked".
    stage = entry.status.stage or Stage.CLOSED + 1
    return (entry.epoch, entry.time, int(stage), entry.source, entry.source_id)


def _replaces(
    entry: StatusChange, entered: Stage | None, holder: StatusChange, stage: Stage | None, left_behind: set[int]
) -> bool:
    released = any(holder.epoch < epoch <= entry.epoch for epoch in left_behind)
    if entry.status.stickiness < holder.status.stickiness and not released:
        return False
    if entry.epoch > holder.epoch or entry.at is not None:
        return True
    return entered is None or stage is None or entered >= stage
