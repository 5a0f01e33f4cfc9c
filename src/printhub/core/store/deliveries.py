"""Deliveries as the dispatcher, the relay and the sweeper see them: what is due, and for whom."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal,
    select,
    true,
    type_coerce,
    union_all,
    update,
)

from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.store import rows
from printhub.core.store.prepared import Prepared
from printhub.core.store.remembered import forget_all
from printhub.core.store.schema import attempt, delivery, job, reference
from printhub.core.store.serial import has_many_writers
from printhub.core.store.store import Tx

# Written into the statement, because a partial index serves only a state that it can read there.
_READY = delivery.c.state == literal(DeliveryState.READY, delivery.c.state.type, literal_execute=True)
_HELD = delivery.c.state == literal(DeliveryState.HELD, delivery.c.state.type, literal_execute=True)
_GOING_ON = [state for state in DeliveryState if not state.is_end]
_DUE = (_READY, and_(delivery.c.asking == true(), delivery.c.worker.is_(None)))
"""What has to be announced; asked for one by one, so that each can use its own partial index."""
_UNANNOUNCED = [
    Prepared(
        select(delivery.c.id, delivery.c.instance)
        .where(due, delivery.c.announced_at.is_(None))
        .order_by(delivery.c.seq)
        .limit(bindparam("most"))
    )
    for due in _DUE
]
_ADD_ATTEMPT = Prepared(insert(attempt))


def unannounced(tx: Tx, limit: int) -> list[tuple[UUID, str]]:
    """Deliveries that are due and that nobody was woken for: (id, instance)."""
    found: list[tuple[UUID, str]] = []
    for due in _UNANNOUNCED:
        found += [(row.id, row.instance) for row in due.rows(tx, {"most": limit - len(found)})]
    return found


def announce(tx: Tx, ids: Sequence[UUID], at: datetime | None) -> None:
    """Note that workers were woken for these, or with None that they have to be again; what is in use is left out."""
    wanted = _unlocked(tx, select(delivery.c.seq).where(delivery.c.id.in_(ids)))
    tx.execute(update(delivery).where(delivery.c.seq.in_(wanted)).values(announced_at=at))


def forget_announcements(tx: Tx, before: datetime, limit: int) -> int:
    """Let the relay announce again what was announced long ago and is due still; returns how many.

    One for each instance is enough: it wakes that one's workers, and they look for everything that is due. Of the
    `limit` oldest, so that it costs the same however much is due.
    """
    changed = 0
    for due in _DUE:
        old = select(delivery.c.seq, delivery.c.instance).where(due, delivery.c.announced_at < before)
        some = old.order_by(delivery.c.announced_at).limit(limit).subquery()
        one_each = select(func.min(some.c.seq)).group_by(some.c.instance)
        few = _unlocked(tx, select(delivery.c.seq).where(delivery.c.seq.in_(one_each)))
        changed += tx.execute(update(delivery).where(delivery.c.seq.in_(few)).values(announced_at=None)).rowcount
    return changed


def at_work(tx: Tx, instance: str) -> int:
    """How many calls and lookups of an instance are being made, by all workers."""
    in_hand = (delivery.c.worker.is_not(None), delivery.c.instance == instance)
    return tx.execute(select(func.count()).where(*in_hand)).scalar_one()


def in_hand(tx: Tx, worker: UUID, instance: str) -> list[Delivery]:
    """The deliveries of an instance that a worker is said to be calling about, or asking about."""
    query = select(delivery).where(delivery.c.worker == worker, delivery.c.instance == instance)
    return [rows.delivery(row) for row in tx.execute(query)]


def free(tx: Tx, ids: Collection[UUID]) -> set[UUID]:
    """Lock those of these deliveries that no other transaction has locked, and return them."""
    if not ids:
        return set()
    query = select(delivery.c.id).where(delivery.c.id.in_(sorted(ids))).order_by(delivery.c.id)
    return set(tx.execute(query.with_for_update(skip_locked=True)).scalars())


def get(tx: Tx, id_: UUID) -> Delivery | None:
    """One delivery."""
    row = tx.execute(select(delivery).where(delivery.c.id == id_)).first()
    return rows.delivery(row) if row else None


def any_at(tx: Tx, instance: str) -> bool:
    """Whether anything was ever planned for an instance."""
    return tx.execute(select(delivery.c.seq).where(delivery.c.instance == instance).limit(1)).scalar() is not None


def some(tx: Tx, ids: Collection[UUID]) -> dict[UUID, Delivery]:
    """Several deliveries by their ids."""
    found = tx.execute(select(delivery).where(delivery.c.id.in_(ids)))
    return {row.id: rows.delivery(row) for row in found}


def starting_with(tx: Tx, text: str, limit: int = 5) -> list[Delivery]:
    """Deliveries whose id begins so, as people type ids."""
    query = select(delivery).where(rows.begins(delivery.c.id, text)).order_by(delivery.c.seq).limit(limit)
    return [rows.delivery(row) for row in tx.execute(query)]


def by_reference(tx: Tx, instance: str, ref: str) -> tuple[Delivery, int] | None:
    """The delivery that a partner's reference leads to, and the epoch in which it was given."""
    query = select(delivery, reference.c.epoch.label("reference_epoch")).join_from(
        reference, delivery, reference.c.delivery_id == delivery.c.id
    )
    query = query.where(reference.c.job_id.is_not(None))
    row = tx.execute(query.where(reference.c.instance == instance, reference.c.reference == ref)).first()
    return (rows.delivery(row), row.reference_epoch) if row else None


def jobs_at(tx: Tx, instance: str, number: str) -> list[UUID]:
    """The jobs that a storefront knows under `number` and that have deliveries at `instance`."""
    # As an expression, for which no index serves: a job has few deliveries, and an instance very many.
    here = exists().where(delivery.c.job_id == job.c.id, delivery.c.instance.concat("") == instance)
    return list(tx.execute(select(job.c.id).where(job.c.number == number, here)).scalars())


def of_order_alone(tx: Tx, order_id: UUID) -> list[Delivery]:
    """The deliveries of an order that belong to none of its jobs."""
    query = select(delivery).where(delivery.c.order_id == order_id, delivery.c.job_id.is_(None))
    return [rows.delivery(row) for row in tx.execute(query.order_by(delivery.c.seq))]


def jobs_of(tx: Tx, ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The jobs that some deliveries are about, by the deliveries' ids."""
    query = select(delivery.c.id, delivery.c.job_id).where(delivery.c.id.in_(ids), delivery.c.job_id.is_not(None))
    return {row.id: row.job_id for row in tx.execute(query)}


def running(tx: Tx, dead: ColumnElement[bool]) -> list[Delivery]:
    """Deliveries that a worker of whom `dead` holds was calling about, or asking about."""
    return [rows.delivery(row) for row in tx.execute(select(delivery).where(delivery.c.worker.is_not(None), dead))]


def held_jobs(tx: Tx, after: UUID | None, limit: int) -> list[UUID]:
    """Jobs that have held deliveries, in the order of their ids, from `after` on."""
    query = select(delivery.c.job_id).where(_HELD, delivery.c.job_id.is_not(None))
    if after is not None:
        query = query.where(delivery.c.job_id > after)
    return [id_ for id_ in tx.execute(query.distinct().order_by(delivery.c.job_id).limit(limit)).scalars() if id_]


def listed(
    tx: Tx,
    *,
    state: DeliveryState | None = None,
    instance: str | None = None,
    job_id: UUID | None = None,
    limit: int = 100,
) -> list[tuple[Delivery, str | None]]:
    """The newest deliveries that match, each with its job's number."""
    query = select(delivery, job.c.number.label("job_number")).join_from(
        delivery, job, delivery.c.job_id == job.c.id, isouter=True
    )
    if state is not None:
        query = query.where(delivery.c.state == state)
    if instance is not None:
        query = query.where(delivery.c.instance == instance)
    if job_id is not None:
        query = query.where(delivery.c.job_id == job_id)
    return [
        (rows.delivery(row), row.job_number) for row in tx.execute(query.order_by(delivery.c.seq.desc()).limit(limit))
    ]


def waiting_and_failed(tx: Tx, instance: str) -> dict[DeliveryState, int]:
    """How many deliveries of an instance have not ended, and how many failed, by their state."""
    here = and_(delivery.c.instance == instance, delivery.c.state.in_([*_GOING_ON, DeliveryState.FAILED]))
    query = select(delivery.c.state, func.count()).where(here).group_by(delivery.c.state)
    return {row[0]: row[1] for row in tx.execute(query)}


def counts(tx: Tx) -> dict[tuple[str, DeliveryState], int]:
    """How many deliveries there are per instance and state."""
    query = select(delivery.c.instance, delivery.c.state, func.count()).group_by(delivery.c.instance, delivery.c.state)
    return {(row[0], row[1]): row[2] for row in tx.execute(query)}


def save(tx: Tx, changed: Delivery) -> None:
    """Write one delivery that belongs to no single job."""
    forget_all(tx)
    row = rows.delivery_row(changed)
    if tx.execute(update(delivery).where(delivery.c.id == changed.id), row).rowcount == 0:
        tx.execute(insert(delivery), row)


def add_attempt(tx: Tx, values: dict[str, object]) -> None:
    """Append an attempt."""
    _ADD_ATTEMPT.run(tx, values)


def is_concluded(tx: Tx, delivery_id: UUID, fence: int) -> bool:
    """Whether the attempt of this very claim is on record."""
    query = select(attempt.c.id).where(attempt.c.delivery_id == delivery_id, attempt.c.fence == fence)
    return tx.execute(query.limit(1)).scalar() is not None


def attempts(tx: Tx, delivery_id: UUID) -> list[dict[str, object]]:
    """All attempts of a delivery, oldest first."""
    query = select(attempt).where(attempt.c.delivery_id == delivery_id).order_by(attempt.c.began_at, attempt.c.id)
    return [dict(row._mapping) for row in tx.execute(query)]  # noqa: SLF001 - SQLAlchemy's documented name


def attempts_of(tx: Tx, ids: Collection[UUID]) -> dict[UUID, list[Mapping[str, Any]]]:
    """The attempts of several deliveries, oldest first."""
    found: dict[UUID, list[Mapping[str, Any]]] = {id_: [] for id_ in ids}
    query = select(attempt).where(attempt.c.delivery_id.in_(sorted(ids)))
    for row in tx.execute(query.order_by(attempt.c.began_at, attempt.c.id)):
        found[row.delivery_id].append(dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's documented name
    return found


def ready_before(tx: Tx, later: Delivery, most: int) -> int:
    """How many deliveries of its instance were ready before this one; `most` at the most."""
    ready = (delivery.c.instance == later.instance, delivery.c.state == DeliveryState.READY)
    # Reckoned with, so that it is looked for among those of the instance, not among all that are ready.
    query = select(delivery.c.seq).where(*ready, delivery.c.seq + 0 < later.seq).limit(most)
    return tx.execute(select(func.count()).select_from(query.subquery())).scalar() or 0


def postpone(tx: Tx, instance: str, storefront: str, microseconds: int) -> None:
    """Give back the time for which an instance was stopped: to retrying, and to the partner's next signs."""
    forget_all(tx)
    # Retrying by the states that still go on, so that the index leads past all that has ended.
    timed = ((delivery.c.give_up_at, delivery.c.state.in_(_GOING_ON)), (delivery.c.sign_due_at, true()))
    here = delivery.c.instance == instance
    if storefront:
        here = and_(here, delivery.c.storefront == storefront)
    if has_many_writers(tx):  # in an order that all keep to, or two would wait for each other
        mine = union_all(*(select(delivery.c.seq).where(here, c.is_not(None), concerned) for c, concerned in timed))
        locked = select(delivery.c.seq).where(delivery.c.seq.in_(mine)).order_by(delivery.c.seq)
        tx.execute(locked.with_for_update())
    for column, concerned in timed:
        query = update(delivery).where(here, column.is_not(None), concerned)
        tx.execute(query.values({column: type_coerce(column, BigInteger) + microseconds}))


def _unlocked(tx: Tx, query: Select[Any]) -> Select[Any]:
    """Of the rows that a query finds, those that no other transaction is about."""
    if not has_many_writers(tx):
        return query
    # Evaluated once, before the update: PostgreSQL might run a plain subquery again, and find other rows.
    found = query.with_for_update(skip_locked=True).cte("unlocked").prefix_with("MATERIALIZED")
    return select(found.c.seq)
