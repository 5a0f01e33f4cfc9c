"""The files of jobs, one at a time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, bindparam, exists, false, func, literal, or_, select, true

from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.dossier import TimerKind
from printhub.core.model.known import FileRecord, FileState, JobRecord
from printhub.core.model.orders import OrderStatus
from printhub.core.model.statuses import JobStatus
from printhub.core.store import rows
from printhub.core.store.prepared import Prepared
from printhub.core.store.schema import asset, customer_order, delivery, job, timer
from printhub.core.store.store import Tx


@dataclass(frozen=True, slots=True)
class Due:
    """A file that is to be fetched now."""

    id: UUID
    host: str


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


def hosts_in_turn(tx: Tx, now: datetime, *, after: str, without: Collection[str], limit: int) -> list[str]:
    """Hosts from which something is to be fetched now, in the order of their names, those behind `after` first."""
    values = {"now": now, "without": list(without), "most": limit}
    found = [row.host for row in _HOSTS_AFTER.rows(tx, values | {"after": after})]
    if len(found) < limit:
        found = list(dict.fromkeys([*found, *(row.host for row in _HOSTS.rows(tx, values))]))
    return found[:limit]


def due_from(tx: Tx, host: str, now: datetime, limit: int) -> list[Due]:
    """The files of one host that are to be fetched now, oldest first."""
    found = _DUE_FROM.rows(tx, {"host": host, "now": now, "most": limit})
    return [Due(UUID(row.subject), host) for row in found]


# Written into the statement, because a partial index serves only a kind that it can read there.
def _to_fetch(place: FromClause) -> ColumnElement[bool]:
    return place.c.kind == literal(str(TimerKind.FETCH), literal_execute=True)


def _hosts(*first: ColumnElement[bool]) -> Select[Any]:
    # A loose index scan: two short looks per host, however many files wait for each, and as far as they are wanted.
    hosts = select(func.min(timer.c.host).label("host")).where(_to_fetch(timer), *first).cte("hosts", recursive=True)
    later, own = timer.alias("later"), timer.alias("own")
    following = select(func.min(later.c.host)).where(_to_fetch(later), later.c.host > hosts.c.host).scalar_subquery()
    hosts = hosts.union_all(select(following).where(hosts.c.host.is_not(None)))
    earliest = select(func.min(own.c.due_at)).where(_to_fetch(own), own.c.host == hosts.c.host).scalar_subquery()
    now = bindparam("now", type_=timer.c.due_at.type)
    wanted = (hosts.c.host.not_in(bindparam("without", expanding=True)), earliest <= now)
    return select(hosts.c.host).where(hosts.c.host.is_not(None), *wanted).limit(bindparam("most"))


_HOSTS = Prepared(_hosts())
_HOSTS_AFTER = Prepared(_hosts(timer.c.host > bindparam("after")))
_DUE_FROM = Prepared(
    select(timer.c.subject)
    .where(
        _to_fetch(timer),
        timer.c.host == bindparam("host"),
        timer.c.due_at <= bindparam("now", type_=timer.c.due_at.type),
    )
    .order_by(timer.c.due_at, timer.c.subject)
    .limit(bindparam("most"))
)


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
