"""Everything that belongs to a test order or job, table by table: what is exported, and then taken away for good."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, delete, exists, or_, select

from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.dossier import TimerKind
from printhub.core.model.verbs import Mode
from printhub.core.store import searchable
from printhub.core.store.remembered import forget_all
from printhub.core.store.schema import (
    asset,
    attempt,
    bulk_item,
    callback,
    customer_order,
    delivery,
    event,
    job,
    note,
    payload,
    person,
    promise,
    reference,
    removal,
    status_change,
    suppression,
    timer,
)
from printhub.core.store.store import Tx

T = TypeVar("T")


class Owner(StrEnum):
    """Whose a row is, by the column that says so."""

    ORDER = "order"
    JOB = "job"
    DELIVERY = "delivery"
    CHANGE = "change"
    FILE = "file"
    EVENT = "event"
    PAYLOAD = "payload"
    PERSON = "person"
    CALLBACK = "callback"


OWNED: tuple[tuple[Table, str, Owner], ...] = (
    (payload, "id", Owner.PAYLOAD),
    (person, "id", Owner.PERSON),
    (removal, "status_change_id", Owner.CHANGE),
    (status_change, "job_id", Owner.JOB),
    (attempt, "delivery_id", Owner.DELIVERY),
    (bulk_item, "delivery_id", Owner.DELIVERY),
    (suppression, "delivery_id", Owner.DELIVERY),
    (reference, "delivery_id", Owner.DELIVERY),
    (reference, "job_id", Owner.JOB),
    (promise, "job_id", Owner.JOB),
    (asset, "job_id", Owner.JOB),
    (delivery, "id", Owner.DELIVERY),
    (note, "order_id", Owner.ORDER),
    (event, "id", Owner.EVENT),
    (callback, "id", Owner.CALLBACK),
    (job, "id", Owner.JOB),
    (customer_order, "id", Owner.ORDER),
)
"""All tables with rows of an order or a job, in the order in which they go. A new table of this sort belongs here."""

_LARGE = ("body", "exchanges")
"""Columns that may be large and are written once; a body that is erased has a moment beside it that says so."""


@dataclass(frozen=True, slots=True)
class Named:
    """An order or a job of a storefront; `order_id` is a job's order."""

    id: UUID
    number: str
    order_id: UUID | None = None


def orders(tx: Tx, storefront: str) -> list[Named]:
    """The test orders of a storefront."""
    mine = and_(customer_order.c.storefront == storefront, customer_order.c.mode == Mode.TEST)
    found = tx.execute(select(customer_order.c.id, customer_order.c.number).where(mine).order_by(customer_order.c.id))
    return [Named(row.id, row.number) for row in found]


def jobs(tx: Tx, storefront: str) -> list[Named]:
    """The test jobs of a storefront, those without an order too."""
    mine = and_(job.c.storefront == storefront, job.c.mode == Mode.TEST)
    found = tx.execute(select(job.c.id, job.c.number, job.c.order_id).where(mine).order_by(job.c.id))
    return [Named(row.id, row.number, row.order_id) for row in found]


def lock(tx: Tx, order_ids: Iterable[UUID], job_ids: Iterable[UUID]) -> None:
    """Let nobody else change these orders and jobs, or claim anything of theirs, before this transaction has ended."""
    for table, ids in ((customer_order, order_ids), (job, job_ids)):  # orders before jobs, as everybody does
        for some in few(sorted(ids)):
            tx.execute(select(table.c.id).where(table.c.id.in_(some)).order_by(table.c.id).with_for_update())


def busy(tx: Tx, job_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these jobs about which a call is being made."""
    held = or_(delivery.c.worker.is_not(None), delivery.c.state == DeliveryState.RUNNING)
    return set(tx.execute(select(delivery.c.job_id).where(delivery.c.job_id.in_(job_ids), held)).scalars()) - {None}


def emptied(tx: Tx, order_ids: Sequence[UUID], without: Sequence[UUID]) -> list[UUID]:
    """Those of these orders that have no job but the ones in `without`."""
    other = exists().where(job.c.order_id == customer_order.c.id, job.c.id.not_in(without))
    return list(tx.execute(select(customer_order.c.id).where(customer_order.c.id.in_(order_ids), ~other)).scalars())


def references(tx: Tx, job_ids: Sequence[UUID]) -> set[tuple[str, str]]:
    """What partners call these jobs and no other: (instance, reference)."""
    found = tx.execute(select(reference.c.instance, reference.c.reference).where(reference.c.job_id.in_(job_ids)))
    return {(row.instance, row.reference) for row in found}


def elsewhere(tx: Tx, storefront: str, numbers: Sequence[str]) -> set[str]:
    """Those of these job numbers that another storefront uses too."""
    found = select(job.c.number).where(job.c.number.in_(numbers), job.c.storefront != storefront)
    return set(tx.execute(found).scalars())


def events(tx: Tx, storefront: str, order_numbers: Sequence[str], job_numbers: Sequence[str]) -> set[UUID]:
    """All events about these orders and jobs, whoever stated them and whatever became of them."""
    return _ids(tx, event, event.c.storefront == storefront, event.c.order_number.in_(order_numbers)) | _ids(
        tx, event, event.c.storefront == storefront, event.c.job_number.in_(job_numbers)
    )


Owned = dict[Owner, set[UUID]]
"""The ids of all that is to go."""


def owned(tx: Tx, order_ids: Sequence[UUID], job_ids: Sequence[UUID], event_ids: Iterable[UUID]) -> Owned:
    """All that belongs to these orders, jobs and events."""
    of_order, of_job = delivery.c.order_id.in_(order_ids), delivery.c.job_id.in_(job_ids)
    found: Owned = {Owner.ORDER: set(order_ids), Owner.JOB: set(job_ids), Owner.EVENT: set(event_ids)}
    # What belongs to an order but to no job of it goes with the order.
    mine = or_(of_job, and_(of_order, delivery.c.job_id.is_(None)))
    sent = tx.execute(select(delivery.c.id, delivery.c.message_id).where(mine)).all()
    found[Owner.DELIVERY] = {row.id for row in sent}
    found[Owner.CHANGE] = _ids(tx, status_change, status_change.c.job_id.in_(job_ids))
    found[Owner.FILE] = _ids(tx, asset, asset.c.job_id.in_(job_ids))
    people = select(customer_order.c.person_id).where(customer_order.c.id.in_(order_ids))
    found[Owner.PERSON] = {id_ for id_ in tx.execute(people).scalars() if id_ is not None}
    notes = tx.execute(select(note.c.payload_id).where(note.c.order_id.in_(order_ids))).scalars()
    bodies = {row.message_id for row in sent if row.message_id is not None} | set(notes)
    for some in few(found[Owner.EVENT]):
        query = select(event.c.payload_id).where(event.c.id.in_(some), event.c.payload_id.is_not(None))
        bodies |= set(tx.execute(query).scalars())
    found[Owner.CALLBACK] = callbacks_of(tx, found[Owner.EVENT])
    for some in few(found[Owner.CALLBACK]):
        bodies |= set(tx.execute(select(callback.c.payload_id).where(callback.c.id.in_(some))).scalars())
    found[Owner.PAYLOAD] = bodies
    return found


def callbacks_of(tx: Tx, event_ids: Iterable[UUID]) -> set[UUID]:
    """The callbacks that any of these events came of."""
    return {
        id_
        for some in few(event_ids)
        for id_ in tx.execute(select(event.c.callback_id).where(event.c.id.in_(some))).scalars()
        if id_ is not None
    }


def rows(tx: Tx, found: Owned) -> Iterator[tuple[str, dict[str, Any]]]:
    """All rows that are to go: (table, row)."""
    seen: set[tuple[Any, ...]] = set()
    for table, column, owner in reversed(OWNED):
        for some in few(sorted(found[owner])):
            for row in tx.execute(select(table).where(table.c[column].in_(some))):
                key = (table.name, *(getattr(row, part.name) for part in table.primary_key))
                if key not in seen:  # a reference is its delivery's and its job's
                    seen.add(key)
                    yield table.name, dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented name


def state(tx: Tx, found: Owned) -> list[tuple[Any, ...]]:
    """All that may change of the rows that are to go: the same again when nothing did."""
    return [
        tuple(row)
        for table, column, owner in OWNED
        for some in few(sorted(found[owner]))
        for row in tx.execute(
            select(*(one for one in table.c if one.name not in _LARGE)).where(table.c[column].in_(some))
        )
    ]


def remove(tx: Tx, found: Owned) -> None:
    """Take everything away, the timers that were set for it, and what the jobs were found by."""
    forget_all(tx)
    for some in few(found[Owner.JOB]):
        searchable.forget(tx, some)
    kinds = [str(kind) for kind in TimerKind]
    for owner in (Owner.JOB, Owner.DELIVERY, Owner.FILE):
        for subjects in few(map(str, found[owner])):
            tx.execute(delete(timer).where(timer.c.kind.in_(kinds), timer.c.subject.in_(subjects)))
    for table, column, owner in OWNED:
        for some in few(found[owner]):
            tx.execute(delete(table).where(table.c[column].in_(some)))


def few(ids: Iterable[T]) -> Iterator[list[T]]:
    """So many at a time as one statement may name."""
    left = iter(ids)
    while some := list(islice(left, 500)):
        yield some


def _ids(tx: Tx, table: Table, *where: ColumnElement[bool]) -> set[UUID]:
    return set(tx.execute(select(table.c.id).where(*where)).scalars())
