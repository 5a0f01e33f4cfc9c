"""Station: adds entries to a job's history, and plans that others are told of each."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from printhub.core.channels.channel import Occasion, Told
from printhub.core.flow import planning
from printhub.core.flow.rules import HUB, Rules
from printhub.core.http.redaction import masked_text
from printhub.core.model.dossier import Dossier
from printhub.core.model.events.partner import StaffNotice
from printhub.core.model.history import EpochReason, StatusChange, current
from printhub.core.model.statuses import JobStatus


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an entry comes from. Without `source_id` it is the hub's own, and its time is now."""

    by: str
    source: str = HUB
    source_id: str = ""
    at: datetime | None = None
    received_at: datetime | None = None
    event_id: UUID | None = None
    delivery_id: UUID | None = None
    epoch: int | None = None


def append(
    dossier: Dossier, rules: Rules, told: Told, origin: Origin, *, opens: EpochReason | None = None
) -> StatusChange | None:
    """Add an entry; None when this very report is in the history already."""
    now = rules.now()
    id_ = rules.new_id()
    own = not origin.source_id
    source_id = origin.source_id or str(id_)
    if not own and dossier.has_entry(origin.source, source_id):
        return None
    change = StatusChange(
        id=id_,
        job_id=dossier.job.id,
        status=told.status,
        received_at=origin.received_at or now,
        source=origin.source,
        source_id=source_id,
        at=now if own else origin.at,
        by=origin.by,
        label=masked_text(told.label) if told.label else None,
        detail=masked_text(told.detail)[:2000],
        epoch=origin.epoch or dossier.job.epoch,
        opens=opens,
        event_id=origin.event_id,
        delivery_id=origin.delivery_id,
    )
    dossier.append(change)
    _derive(dossier)
    planning.plan(dossier, rules, Occasion.STATUS_WRITTEN, str(change.id), event_id=origin.event_id)
    if told.staff:
        notify_staff(dossier, told.label or told.status, f"{told.status}: {told.detail}", instance=_instance(origin))
    return change


def open_epoch(dossier: Dossier, rules: Rules, reason: EpochReason, detail: str, origin: Origin) -> None:
    """Begin the job's life anew with an ActionRun entry: from here on its stages count from the start."""
    stamps = dossier.job.stamps
    if reason.leaves_sticky and dossier.order is not None and "status" in dossier.order.stamps:
        stamps = {**stamps, "closed": dossier.order.stamps["status"]}  # what closed the job until now does so no more
    dossier.job = replace(dossier.job, epoch=dossier.job.epoch + 1, stamps=stamps)
    append(dossier, rules, Told(JobStatus.ACTION_RUN, detail=detail), origin, opens=reason)


def release(
    dossier: Dossier,
    rules: Rules,
    *,
    by: str,
    why: str,
    since: datetime | None = None,
    until: datetime | None = None,
    blocked_for: str | None = None,
) -> int:
    """Remove standing Blocked entries; they stay on record as removed. Returns how many.

    All of them, or those from `since` on and up to `until`, or those with the reason `blocked_for`.
    """
    standing = [
        entry
        for entry in dossier.history
        if entry.status is JobStatus.BLOCKED
        and entry.stands
        and (since is None or since <= entry.time)
        and (until is None or entry.time <= until)
        and (blocked_for is None or entry.detail == blocked_for)
    ]
    unblock(dossier, rules, standing, by=by, why=why)
    return len(standing)


def unblock(dossier: Dossier, rules: Rules, entries: Iterable[StatusChange], *, by: str, why: str) -> None:
    """Remove these Blocked entries; they stay on record as removed."""
    for entry in entries:
        dossier.remove(replace(entry, removed_at=rules.now(), removed_by=by, removed_why=why))
    _derive(dossier)


def notify_staff(dossier: Dossier, matter: str, text: str, *, instance: str | None = None) -> None:
    """Let people of the print shop know of something about this job."""
    notice = StaffNotice(matter=str(matter), text=masked_text(text)[:2000], job=dossier.job.number, instance=instance)
    dossier.notices.append(notice)


def _derive(dossier: Dossier) -> None:
    holder = current(dossier.history)
    blocked = any(entry.status is JobStatus.BLOCKED and entry.stands for entry in dossier.history)
    dossier.job = replace(dossier.job, status=holder.status if holder else None, blocked=blocked)


def _instance(origin: Origin) -> str | None:
    return origin.by.removeprefix("instance:") if origin.by.startswith("instance:") else None
