"""Bulk acts: the frozen list of deliveries that each is about, and how far it has come."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import Row, Select, and_, exists, func, insert, or_, select, update

from printhub.core.model.deliveries import DeliveryState
from printhub.core.store import rows
from printhub.core.store.prepared import Prepared
from printhub.core.store.schema import bulk_act, bulk_item, delivery
from printhub.core.store.stirring import stirring_of
from printhub.core.store.store import Tx


class BulkState(StrEnum):
    """How far a bulk act is."""

    LISTING = "listing"
    """Its list is being written; nothing goes before the list is whole."""
    RUNNING = "running"
    STOPPING = "stopping"
    """It begins no further batch; what went already comes to its end."""
    STOPPED = "stopped"
    """It ended before its list did; `reason` says why."""
    FINISHED = "finished"


UNDER_WAY = (BulkState.LISTING, BulkState.RUNNING, BulkState.STOPPING)


_ANY_UNDER_WAY = Prepared(
    select(bulk_act.c.seq).where(or_(*(bulk_act.c.state == str(state) for state in UNDER_WAY))).limit(1)
)


class ItemState(StrEnum):
    """What became of one delivery of the list, in this act."""

    WAITING = "waiting"
    """Its batch has not begun."""
    GOING = "going"
    """It was retriggered; its first attempt has not ended."""
    DONE = "done"
    """Its attempt went well."""
    FAILED = "failed"
    """Its attempt failed of something else than before."""
    FAILED_AGAIN = "failed_again"
    """Its attempt failed of the same as before."""
    UNKNOWN = "unknown"
    """Its attempt may or may not have had its effect."""
    HELD = "held"
    """It was retriggered and is held; it goes by itself when its obstacles are gone."""
    LEFT = "left"
    """It was left as it is: it had changed before its turn, or cannot be retriggered; `detail` says why."""


@dataclass(frozen=True, slots=True)
class BulkAct:
    """An act on many deliveries; `wanted` is the filter that made its list, `batch` counts from 1 on."""

    id: UUID
    at: datetime
    by: str
    act: str
    why: str
    wanted: Mapping[str, JsonValue]
    state: BulkState = BulkState.LISTING
    batch: int = 0
    reason: str = ""
    ended_at: datetime | None = None
    seq: int = 0


@dataclass(frozen=True, slots=True)
class BulkItem:
    """One delivery of the list: how it stood when the list was frozen, and what became of it; `place` counts from 0."""

    bulk_id: UUID
    place: int
    delivery_id: UUID
    was: DeliveryState
    attempts: int
    fingerprint: str | None
    state: ItemState = ItemState.WAITING
    detail: str = ""


_ACT = tuple(name for name in BulkAct.__dataclass_fields__ if name != "seq")
_ITEM = tuple(BulkItem.__dataclass_fields__)
_other = delivery.alias("other")
_BEHIND_UNKNOWN = and_(
    delivery.c.state == DeliveryState.READY,
    exists().where(_other.c.lane == delivery.c.lane, _other.c.state == DeliveryState.UNKNOWN),
)
_ON_ITS_WAY = and_(delivery.c.state.in_([DeliveryState.READY, DeliveryState.RUNNING]), ~_BEHIND_UNKNOWN)


def begin(tx: Tx, act: BulkAct) -> None:
    """Record a bulk act."""
    stirring_of(tx).bulk = True
    tx.execute(insert(bulk_act).values({name: getattr(act, name) for name in _ACT}))


def add(tx: Tx, items: Sequence[BulkItem]) -> None:
    """Write a piece of a list."""
    if items:
        tx.execute(insert(bulk_item), [{name: getattr(item, name) for name in _ITEM} for item in items])


def get(tx: Tx, id_: UUID, *, lock: bool = False) -> BulkAct | None:
    """One bulk act; with `lock` nobody else changes it before this transaction has ended.

    Whoever is going to save it locks it, and before any job.
    """
    query = select(bulk_act).where(bulk_act.c.id == id_)
    row = tx.execute(query.with_for_update() if lock else query).first()
    return _act(row) if row else None


def starting_with(tx: Tx, text: str, limit: int = 5) -> list[BulkAct]:
    """Bulk acts whose id begins so, as people type ids."""
    query = select(bulk_act).where(rows.begins(bulk_act.c.id, text)).order_by(bulk_act.c.seq).limit(limit)
    return [_act(row) for row in tx.execute(query)]


def listed(tx: Tx, *, after: UUID | None, limit: int) -> list[BulkAct]:
    """Bulk acts, the newest first."""
    query = select(bulk_act)
    if after is not None:
        query = query.where(bulk_act.c.seq < select(bulk_act.c.seq).where(bulk_act.c.id == after).scalar_subquery())
    found = tx.execute(query.order_by(bulk_act.c.seq.desc()).limit(limit))
    return [_act(row) for row in found]


def any_under_way(tx: Tx) -> bool:
    """Whether there is a bulk act that has not ended."""
    return _ANY_UNDER_WAY.first(tx, {}) is not None


def movable(tx: Tx) -> list[BulkAct]:
    """The bulk acts under way of whose batch something has arrived, or nothing is on its way any more."""
    going = exists().where(bulk_item.c.bulk_id == bulk_act.c.id, bulk_item.c.state == str(ItemState.GOING))
    on_its_way = exists().where(delivery.c.id == bulk_item.c.delivery_id, _ON_ITS_WAY)
    arrived = exists().where(
        bulk_item.c.bulk_id == bulk_act.c.id, bulk_item.c.state == str(ItemState.GOING), ~on_its_way
    )
    query = select(bulk_act).where(bulk_act.c.state.in_(list(map(str, UNDER_WAY))), arrived | ~going)
    return [_act(row) for row in tx.execute(query.order_by(bulk_act.c.seq))]


def items(tx: Tx, bulk_id: UUID, places: range) -> list[BulkItem]:
    """A piece of the list."""
    here = bulk_item.c.place.between(places.start, places.stop - 1)
    return _items(tx, select(bulk_item).where(bulk_item.c.bulk_id == bulk_id, here))


def items_in(tx: Tx, bulk_id: UUID, states: Collection[ItemState], limit: int) -> list[BulkItem]:
    """The first items that are in one of these states."""
    here = bulk_item.c.state.in_(sorted(map(str, states)))
    return _items(tx, select(bulk_item).where(bulk_item.c.bulk_id == bulk_id, here).limit(limit))


def counts(tx: Tx, bulk_id: UUID) -> dict[ItemState, int]:
    """How many items are in which state."""
    query = select(bulk_item.c.state, func.count()).where(bulk_item.c.bulk_id == bulk_id)
    return {ItemState(row[0]): row[1] for row in tx.execute(query.group_by(bulk_item.c.state))}


def failed_again(tx: Tx) -> set[UUID]:
    """The deliveries that failed of the same as before in any bulk act."""
    query = select(bulk_item.c.delivery_id).where(bulk_item.c.state == str(ItemState.FAILED_AGAIN))
    # The index begins with the act, and there are few of those.
    return set(tx.execute(query.where(bulk_item.c.bulk_id.in_(select(bulk_act.c.id)))).scalars())


def behind_unknown(tx: Tx, ids: Collection[UUID]) -> set[UUID]:
    """Those of these deliveries that wait in their lane for a call that may or may not have had its effect."""
    return set(tx.execute(select(delivery.c.id).where(delivery.c.id.in_(ids), _BEHIND_UNKNOWN)).scalars())


def instances_of_going(tx: Tx, bulk_id: UUID) -> list[str]:
    """The instances that the batch under way waits for."""
    query = select(delivery.c.instance).join_from(bulk_item, delivery, delivery.c.id == bulk_item.c.delivery_id)
    here = query.where(bulk_item.c.bulk_id == bulk_id, bulk_item.c.state == str(ItemState.GOING))
    return sorted(tx.execute(here.distinct()).scalars())


def save(tx: Tx, act: BulkAct) -> None:
    """Write how far a bulk act has come."""
    stirring_of(tx).bulk = True
    values = {name: getattr(act, name) for name in ("state", "batch", "reason", "ended_at")}
    tx.execute(update(bulk_act).where(bulk_act.c.id == act.id).values(values))


def save_item(tx: Tx, item: BulkItem) -> None:
    """Write what became of an item."""
    place = (bulk_item.c.bulk_id == item.bulk_id, bulk_item.c.place == item.place)
    values = {"state": str(item.state), "detail": item.detail}
    tx.execute(update(bulk_item).where(*place).values(values))


def _act(row: Row[Any]) -> BulkAct:
    return BulkAct(**{name: getattr(row, name) for name in (*_ACT, "seq")} | {"state": BulkState(row.state)})


def _items(tx: Tx, query: Select[Any]) -> list[BulkItem]:
    return [
        BulkItem(**{name: getattr(row, name) for name in _ITEM} | {"state": ItemState(row.state)})
        for row in tx.execute(query.order_by(bulk_item.c.place))
    ]
