"""The files of jobs, one at a time."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, false, literal, or_, select, true, tuple_

from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.dossier import TimerKind
from printhub.core.model.known import FileRecord, FileState, JobRecord
from printhub.core.model.orders import OrderStatus
from printhub.core.model.statuses import JobStatus
from printhub.core.store import rows
from printhub.core.store.schema import asset, customer_order, delivery, job, timer
from printhub.core.store.store import Tx


@dataclass(frozen=True, slots=True)
class Due:
    """A file that is to be fetched now."""

    id: UUID
    due_at: datetime
    url: str = field(repr=False)


def get(tx: Tx, id_: UUID) -> FileRecord | None:
    """One file."""
    row = tx.execute(select(asset).where(asset.c.id == id_)).first()
    return rows.file(row) if row else None


def job_of(tx: Tx, id_: UUID) -> JobRecord | None:
    """The job that a file belongs to."""
    row = tx.execute(select(job).join_from(asset, job, asset.c.job_id == job.c.id).where(asset.c.id == id_)).first()
    return rows.job(row) if row else None


def starting_with(tx: Tx, text: str, limit: int = 5) -> list[FileRecord]:
    """Files whose id begins so, as people type ids."""
    query = select(asset).where(rows.begins(asset.c.id, text)).order_by(asset.c.id).limit(limit)
    return [rows.file(row) for row in tx.execute(query)]


def places(tx: Tx, job_id: UUID) -> list[str]:
    """Where the files of a job lie that the hub has."""
    query = select(asset.c.stored).where(asset.c.job_id == job_id, asset.c.stored.is_not(None))
    return [place for place in tx.execute(query).scalars() if place]


def perhaps_over(tx: Tx, job_ids: Collection[UUID]) -> list[UUID]:
    """Those of these jobs that are cancelled or shipped, or whose order is over: whose files may be cleared."""
    ended = or_(
        job.c.cancelled == true(),
        job.c.status == JobStatus.SHIPPED,
        customer_order.c.status.in_([OrderStatus.SHIPPED, OrderStatus.COMPLETE, OrderStatus.CANCELLED]),
    )
    query = select(job.c.id).join_from(job, customer_order, job.c.order_id == customer_order.c.id, isouter=True)
    return list(tx.execute(query.where(job.c.id.in_(list(job_ids)), ended)).scalars())


def due(tx: Tx, now: datetime, after: tuple[datetime, str] | None, limit: int) -> list[Due]:
    """The next `limit` files that are to be fetched, oldest first; `after` is the (due_at, id) to go on from."""
    query = select(timer.c.subject, timer.c.due_at).where(timer.c.due_at <= now, timer.c.kind == str(TimerKind.FETCH))
    if after is not None:
        query = query.where(timer.c.due_at >= after[0], tuple_(timer.c.due_at, timer.c.subject) > after)
    at = {
        UUID(row.subject): row.due_at
        for row in tx.execute(query.order_by(timer.c.due_at, timer.c.subject).limit(limit))
    }
    urls = {row.id: row.url for row in tx.execute(select(asset.c.id, asset.c.url).where(asset.c.id.in_(list(at))))}
    return [Due(id_, moment, urls.get(id_, "")) for id_, moment in at.items()]


def next_fetches(tx: Tx, ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When each of these files is fetched next, of those that are to be fetched."""
    subjects = [str(id_) for id_ in ids]
    query = select(timer.c.subject, timer.c.due_at).where(
        timer.c.kind == str(TimerKind.FETCH), timer.c.subject.in_(subjects)
    )
    return {UUID(row.subject): row.due_at for row in tx.execute(query)}


def jobs_held_by_failed(tx: Tx, limit: int) -> list[UUID]:
    """Jobs with files that could not be fetched, and with deliveries that something holds."""
    held = exists().where(delivery.c.job_id == asset.c.job_id, delivery.c.state == DeliveryState.HELD)
    failed = asset.c.state == literal(FileState.FAILED, asset.c.state.type, literal_execute=True)
    query = select(asset.c.job_id).where(failed, asset.c.superseded == false(), held)
    return list(tx.execute(query.distinct().limit(limit)).scalars())
