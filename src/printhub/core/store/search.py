"""Lists for people, newest first and a page at a time: deliveries, events, and who is at work. Jobs: `finding`."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Table, select, union_all

from printhub.core.model.deliveries import Delivery, DeliveryState, newest_runs
from printhub.core.model.known import JobRecord
from printhub.core.store import rows
from printhub.core.store.events import EventRecord, EventState, Refusal
from printhub.core.store.schema import delivery, event, job, quarantine, worker
from printhub.core.store.store import Tx

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A piece of a list; `after` asks for the next one, and is None at the end."""

    items: tuple[T, ...]
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that makes calls."""

    id: UUID
    host: str
    pid: int
    renewed_at: datetime


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
    seen_by: Collection[str] | None = None,
) -> Page[tuple[Delivery, str | None]]:
    """The deliveries that match, the newest first, each with its job's number; `seen_by` as in a JobFilter."""
    seqs = [select(delivery.c.seq).where(*one) for one in _lists(sorted(states), instance, job_id, overdue=overdue)]
    if seen_by is not None:
        seqs = [query.where(delivery.c.storefront.in_(seen_by)) for query in seqs]
    if after is not None:
        place = select(delivery.c.seq).where(delivery.c.id == after).scalar_subquery()
        seqs = [query.where(delivery.c.seq < place) for query in seqs]
    newest = seqs[0] if len(seqs) == 1 else union_all(*seqs)
    found = tx.execute(newest.order_by(newest.selected_columns.seq.desc()).limit(limit + 1)).scalars().all()
    query = select(delivery, job.c.number.label("job_number")).join_from(
        delivery, job, delivery.c.job_id == job.c.id, isouter=True
    )
    listed = tx.execute(query.where(delivery.c.seq.in_(found)).order_by(delivery.c.seq.desc())).all()
    return _page(listed, limit, lambda row: (rows.delivery(row), row.job_number))


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


def newest_deliveries(tx: Tx, job_ids: Sequence[UUID]) -> dict[UUID, tuple[Delivery, ...]]:
    """The newest runs of the deliveries of some jobs, as they were planned."""
    found: defaultdict[UUID, list[Delivery]] = defaultdict(list)
    for row in tx.execute(select(delivery).where(delivery.c.job_id.in_(job_ids)).order_by(delivery.c.seq)):
        found[row.job_id].append(rows.delivery(row))
    return defaultdict(tuple, {id_: tuple(newest_runs(items).values()) for id_, items in found.items()})


def page_of(
    tx: Tx, query: Select[Any], table: Table, after: UUID | None, limit: int, read: Callable[[Row[Any]], T]
) -> Page[T]:
    """One page of what a query finds in a table with a sequence, the newest first."""
    return _page(_newest_first(tx, query, table, after, limit), limit, read)


def _lists(
    states: Sequence[DeliveryState], instance: str | None, job_id: UUID | None, *, overdue: bool
) -> list[list[ColumnElement[bool]]]:
    """Conditions that together say what is wanted, and of which each is a list that an index has in order."""
    at = [delivery.c.instance == instance] if instance is not None else []
    few = [delivery.c.job_id == job_id] if job_id is not None else []
    few += [delivery.c.overdue_since.is_not(None)] if overdue else []
    if few:  # a job has few deliveries, and few are overdue, so that these need no order
        return [[*few, *at, *([delivery.c.state.in_(states)] if states else [])]]
    if not states and not at:
        return [[]]
    return [[*at, delivery.c.state == state] for state in states or DeliveryState]


def _newest_first(tx: Tx, query: Select[Any], table: Table, after: UUID | None, limit: int) -> list[Row[Any]]:
    if after is not None:
        query = query.where(table.c.seq < select(table.c.seq).where(table.c.id == after).scalar_subquery())
    return list(tx.execute(query.order_by(table.c.seq.desc()).limit(limit + 1)))


def _page(found: Sequence[Row[Any]], limit: int, read: Callable[[Row[Any]], T]) -> Page[T]:
    shown = found[:limit]
    return Page(tuple(read(row) for row in shown), shown[-1].id if len(found) > limit else None)
