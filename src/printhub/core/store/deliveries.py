"""Deliveries as the dispatcher, the relay and the sweeper see them: what is due, and for whom."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal,
    select,
    true,
    type_coerce,
    update,
)

from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.store import rows
from printhub.core.store.schema import attempt, delivery, job, reference
from printhub.core.store.store import Tx


def _written(state: DeliveryState) -> ColumnElement[Any]:
    """A state written into the statement, because a partial index serves only a state that it can read there."""
    return literal(state, delivery.c.state.type, literal_execute=True)


_READY = delivery.c.state == _written(DeliveryState.READY)
_HELD = delivery.c.state == _written(DeliveryState.HELD)
_other = delivery.alias("other")
_OCCUPIED = exists().where(
    _other.c.lane == delivery.c.lane,
    _other.c.state.in_([_written(DeliveryState.RUNNING), _written(DeliveryState.UNKNOWN)]),
)
_EARLIER = and_(_other.c.lane == delivery.c.lane, _other.c.seq < delivery.c.seq)
_OVERTAKES_READY = exists().where(_EARLIER, _other.c.state == _written(DeliveryState.READY))
_OVERTAKES_ANY = exists().where(
    _EARLIER,
    _other.c.state.not_in([state for state in DeliveryState if state.is_end]),
)
_GOING_ON = [state for state in DeliveryState if not state.is_end]
_DUE = (_READY, and_(delivery.c.asking == true(), delivery.c.worker.is_(None)))
"""What has to be announced; asked for one by one, so that each can use its own partial index."""
_FREEZE = update(delivery).where(delivery.c.id == bindparam("the_id"))
_ADD_ATTEMPT = insert(attempt)


def candidates(
    tx: Tx, instance: str, *, after: str, limit: int, ordered: bool, without: Collection[str] = ()
) -> list[Delivery]:
    """Ready deliveries whose lanes are free, taken from storefront after storefront in turn.

    `after` names the storefront that was served last; `ordered` is for lanes in which an earlier delivery that has
    not ended holds the later ones; the storefronts in `without` are passed over.
    """
    ready = and_(delivery.c.instance == instance, _READY)
    free = and_(~_OCCUPIED, ~(_OVERTAKES_ANY if ordered else _OVERTAKES_READY))
    return _shared(tx, ready, free, after, limit, without)


def to_ask(tx: Tx, instance: str, *, after: str, limit: int, without: Collection[str] = ()) -> list[Delivery]:
    """Unknown and accepted deliveries whose lookup is due and not under way, from storefront after storefront too."""
    asking = and_(delivery.c.instance == instance, delivery.c.asking == true())
    return _shared(tx, asking, delivery.c.worker.is_(None), after, limit, without)


def unannounced(tx: Tx, limit: int) -> list[tuple[UUID, str]]:
    """Deliveries that are due and that nobody was woken for: (id, instance)."""
    found: list[tuple[UUID, str]] = []
    for due in _DUE:
        query = select(delivery.c.id, delivery.c.instance).where(due, delivery.c.announced_at.is_(None))
        rows_due = tx.execute(query.order_by(delivery.c.seq).limit(limit - len(found)))
        found += [(row.id, row.instance) for row in rows_due]
    return found


def announce(tx: Tx, ids: Sequence[UUID], at: datetime | None) -> None:
    """Note that workers were woken for these, or with None that they have to be again."""
    tx.execute(update(delivery).where(delivery.c.id.in_(ids)).values(announced_at=at))


def forget_announcements(tx: Tx, before: datetime, limit: int) -> int:
    """Let the relay announce again what was announced long ago and is due still; returns how many.

    A few are enough: an announcement only wakes an instance's workers, and they look for everything that is due.
    """
    changed = 0
    for due in _DUE:
        old = select(delivery.c.seq).where(due, delivery.c.announced_at < before)
        few = old.order_by(delivery.c.announced_at).limit(limit - changed)
        changed += tx.execute(update(delivery).where(delivery.c.seq.in_(few)).values(announced_at=None)).rowcount
    return changed


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


def job_of(tx: Tx, id_: UUID) -> UUID | None:
    """The job that a delivery is about."""
    return tx.execute(select(delivery.c.job_id).where(delivery.c.id == id_)).scalar()


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
    row = rows.delivery_row(changed)
    if tx.execute(update(delivery).where(delivery.c.id == changed.id), row).rowcount == 0:
        tx.execute(insert(delivery), row)


def freeze(tx: Tx, composed: Sequence[tuple[UUID, UUID]]) -> None:
    """Keep composed messages, each (delivery, message): every later attempt sends these."""
    tx.execute(_FREEZE, [{"the_id": id_, "message_id": message_id} for id_, message_id in composed])


def add_attempt(tx: Tx, values: dict[str, object]) -> None:
    """Append an attempt."""
    tx.execute(_ADD_ATTEMPT, values)


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
    # Retrying by the states that still go on, so that the index leads past all that has ended.
    going_on = delivery.c.state.in_(_GOING_ON)
    for column, concerned in ((delivery.c.give_up_at, going_on), (delivery.c.sign_due_at, true())):
        query = update(delivery).where(delivery.c.instance == instance, column.is_not(None), concerned)
        if storefront:
            query = query.where(delivery.c.storefront == storefront)
        tx.execute(query.values({column: type_coerce(column, BigInteger) + microseconds}))


def _shared(
    tx: Tx, ready: ColumnElement[bool], free: ColumnElement[bool], after: str, limit: int, without: Collection[str]
) -> list[Delivery]:
    if without:
        ready = and_(ready, delivery.c.storefront.not_in(without))
    storefronts = _in_turn(tx, ready, after, limit)
    if not storefronts:
        return []
    share = -(-limit // len(storefronts))
    found: list[Delivery] = []
    for storefront in storefronts:
        query = (
            select(delivery)
            .where(ready, delivery.c.storefront == storefront, free)
            .order_by(delivery.c.seq)
            .limit(min(share, limit - len(found)))
        )
        found += [rows.delivery(row) for row in tx.execute(query)]
        if len(found) >= limit:
            break
    return found


def _in_turn(tx: Tx, ready: ColumnElement[bool], after: str, limit: int) -> list[str]:
    # A loose index scan: one short look per storefront that has work, however much work each has.
    found: list[str] = []
    for low, high in ((after, None), ("", after)):
        at = low
        while len(found) < limit:
            query = select(func.min(delivery.c.storefront)).where(ready, delivery.c.storefront > at)
            if high is not None:
                query = query.where(delivery.c.storefront <= high)
            name = tx.execute(query).scalar()
            if name is None:
                break
            found.append(name)
            at = name
    return found
