"""Lists for people, newest first and a page at a time: jobs, deliveries, events, and who is at work."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Row, Select, Table, exists, select

from printhub.core.model.deliveries import Delivery, DeliveryState, newest_runs
from printhub.core.model.known import JobRecord
from printhub.core.model.statuses import JobStatus
from printhub.core.store import rows
from printhub.core.store.events import EventRecord, EventState, Refusal
from printhub.core.store.schema import customer_order, delivery, event, job, quarantine, worker
from printhub.core.store.store import Tx

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A piece of a list; `after` asks for the next one, and is None at the end."""

    items: tuple[T, ...]
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class JobFound:
    """A job with its order's number and the newest runs of its deliveries."""

    job: JobRecord
    order: str | None
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which jobs are wanted: all that is given has to hold. `state` is of any of its deliveries' newest runs."""

    status: JobStatus | None = None
    storefront: str | None = None
    order: str | None = None
    state: DeliveryState | None = None
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that makes calls."""

    id: UUID
    host: str
    pid: int
    renewed_at: datetime


def jobs(tx: Tx, wanted: JobFilter, *, after: UUID | None, limit: int) -> Page[JobFound]:
    """The jobs that match, in the order in which they became known, the newest first."""
    query = select(job, customer_order.c.number.label("order_number")).join_from(
        job, customer_order, job.c.order_id == customer_order.c.id, isouter=True
    )
    if wanted.status is not None:
        query = query.where(job.c.status == wanted.status)
    if wanted.storefront is not None:
        query = query.where(job.c.storefront == wanted.storefront)
    if wanted.order is not None:
        query = query.where(customer_order.c.number == wanted.order)
    if wanted.blocked:
        query = query.where(job.c.blocked)
    if wanted.state is not None:
        newer = delivery.alias("newer")
        same = [newer.c[name] == delivery.c[name] for name in ("storefront", "instance", "verb", "subject")]
        replaced = exists().where(*same, newer.c.run > delivery.c.run)
        query = query.where(exists().where(delivery.c.job_id == job.c.id, delivery.c.state == wanted.state, ~replaced))
    if after is not None:
        query = query.where(job.c.id < after)
    found = tx.execute(query.order_by(job.c.id.desc()).limit(limit + 1)).all()
    planned = _deliveries(tx, [row.id for row in found[:limit]])
    return _page(found, limit, lambda row: JobFound(rows.job(row), row.order_number, planned[row.id]))


def job_number(tx: Tx, id_: UUID | None) -> str | None:
    """The storefront's number of a job."""
    return tx.execute(select(job.c.number).where(job.c.id == id_)).scalar()


def numbers_of_order(tx: Tx, order_id: UUID, limit: int) -> list[str]:
    """The numbers of an order's jobs, the first `limit` of them."""
    query = select(job.c.number).where(job.c.order_id == order_id).order_by(job.c.id).limit(limit)
    return list(tx.execute(query).scalars())


def by_external_reference(tx: Tx, storefronts: Collection[str], text: str) -> list[JobRecord]:
    """The jobs of these storefronts that somebody outside knows under this reference."""
    query = select(job).where(job.c.external_reference == text, job.c.storefront.in_(storefronts))
    return [rows.job(row) for row in tx.execute(query.order_by(job.c.id))]


def beginning_with(tx: Tx, storefronts: Collection[str], text: str, limit: int) -> list[JobRecord]:
    """Jobs of these storefronts whose number begins so, `limit` of each."""
    found = []
    for storefront in storefronts:  # one look each, so that the index of a storefront's numbers is used
        query = select(job).where(
            job.c.storefront == storefront, job.c.number >= text, job.c.number < f"{text}\U0010ffff"
        )
        found += [rows.job(row) for row in tx.execute(query.order_by(job.c.number).limit(limit))]
    return found


def job_numbers(tx: Tx, ids: Collection[UUID]) -> dict[UUID, str]:
    """The storefront's numbers of several jobs."""
    return {row.id: row.number for row in tx.execute(select(job.c.id, job.c.number).where(job.c.id.in_(ids)))}


def deliveries(
    tx: Tx,
    *,
    states: Collection[DeliveryState] = (),
    instance: str | None = None,
    job_id: UUID | None = None,
    overdue: bool = False,
    after: UUID | None = None,
    limit: int,
) -> Page[tuple[Delivery, str | None]]:
    """The deliveries that match, the newest first, each with its job's number."""
    query = select(delivery, job.c.number.label("job_number")).join_from(
        delivery, job, delivery.c.job_id == job.c.id, isouter=True
    )
    if states:
        query = query.where(delivery.c.state.in_(sorted(states)))
    if instance is not None:
        query = query.where(delivery.c.instance == instance)
    if job_id is not None:
        query = query.where(delivery.c.job_id == job_id)
    if overdue:
        query = query.where(delivery.c.overdue_since.is_not(None))
    found = _newest_first(tx, query, delivery, after, limit)
    return _page(found, limit, lambda row: (rows.delivery(row), row.job_number))


def events(tx: Tx, *, state: EventState | None = None, after: UUID | None = None, limit: int) -> Page[EventRecord]:
    """Recorded events, the newest first."""
    query = select(event) if state is None else select(event).where(event.c.state == str(state))
    found = _newest_first(tx, query, event, after, limit)
    return _page(found, limit, _event)


def refused(tx: Tx, *, after: UUID | None = None, limit: int) -> Page[Refusal]:
    """What was refused, the newest first."""
    names = tuple(Refusal.__dataclass_fields__)
    found = _newest_first(tx, select(quarantine), quarantine, after, limit)
    return _page(found, limit, lambda row: Refusal(**{name: getattr(row, name) for name in names}))


def by_type(tx: Tx, type_: str, *, after: UUID | None = None, limit: int) -> Page[EventRecord]:
    """Events of one type that the hub stated itself, the newest first."""
    stated = select(event).where(event.c.state == str(EventState.STATED), event.c.type == type_)
    return _page(_newest_first(tx, stated, event, after, limit), limit, _event)


def workers(tx: Tx, since: datetime) -> list[Worker]:
    """The processes that have said since then that they live."""
    found = tx.execute(select(worker).where(worker.c.renewed_at >= since).order_by(worker.c.id))
    return [Worker(row.id, row.host, row.pid, row.renewed_at) for row in found]


def _event(row: Row[Any]) -> EventRecord:
    values = {name: getattr(row, name) for name in EventRecord.__dataclass_fields__}
    return EventRecord(**values | {"state": EventState(values["state"])})


def _deliveries(tx: Tx, job_ids: list[UUID]) -> dict[UUID, tuple[Delivery, ...]]:
    found: defaultdict[UUID, list[Delivery]] = defaultdict(list)
    for row in tx.execute(select(delivery).where(delivery.c.job_id.in_(job_ids)).order_by(delivery.c.seq)):
        found[row.job_id].append(rows.delivery(row))
    return defaultdict(tuple, {id_: tuple(newest_runs(items).values()) for id_, items in found.items()})


def page_of(
    tx: Tx, query: Select[Any], table: Table, after: UUID | None, limit: int, read: Callable[[Row[Any]], T]
) -> Page[T]:
    """One page of what a query finds in a table with a sequence, the newest first."""
    return _page(_newest_first(tx, query, table, after, limit), limit, read)


def _newest_first(tx: Tx, query: Select[Any], table: Table, after: UUID | None, limit: int) -> list[Row[Any]]:
    if after is not None:
        query = query.where(table.c.seq < select(table.c.seq).where(table.c.id == after).scalar_subquery())
    return list(tx.execute(query.order_by(table.c.seq.desc()).limit(limit + 1)))


def _page(found: Sequence[Row[Any]], limit: int, read: Callable[[Row[Any]], T]) -> Page[T]:
    shown = found[:limit]
    return Page(tuple(read(row) for row in shown), shown[-1].id if len(found) > limit else None)
