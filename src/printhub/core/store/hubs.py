"""Which hub a store belongs to: a new one begins when a backup is restored, so that nothing old passes for its own."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, or_, select, update

from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.verbs import Kind, Verb
from printhub.core.store.prepared import Prepared
from printhub.core.store.remembered import forget_all
from printhub.core.store.schema import delivery, hub, worker
from printhub.core.store.store import Tx

_MAY_GO = (
    DeliveryState.HELD,
    DeliveryState.READY,
    DeliveryState.RETRYING,
    DeliveryState.WAITING_ACTION,
    DeliveryState.FAILED,
)
"""What may have gone after a backup was taken: by itself, or because somebody retriggered it."""

_NEWEST = Prepared(select(hub).order_by(hub.c.seq.desc()).limit(1))


@dataclass(frozen=True, slots=True)
class Identity:
    """A hub; `backup_taken_at` is when the backup was taken that it began with, None for one that began empty."""

    id: UUID
    since: datetime
    backup_taken_at: datetime | None = None


def newest(tx: Tx) -> Identity | None:
    """The hub that the store belongs to now; None before it was ever served."""
    row = _NEWEST.first(tx, {})
    return Identity(row.id, row.since, row.backup_taken_at) if row else None


def identity(tx: Tx, new_id: UUID, now: datetime) -> Identity:
    """The hub that the store belongs to; a store that belongs to none gets one."""
    return newest(tx) or begin(tx, Identity(new_id, now))


def begin(tx: Tx, found: Identity) -> Identity:
    """From now on the store belongs to this hub."""
    tx.execute(insert(hub).values(id=found.id, since=found.since, backup_taken_at=found.backup_taken_at))
    return found


def forget_workers(tx: Tx) -> None:
    """Strike off all workers, and let every outcome that they may still report be stale."""
    forget_all(tx)
    tx.execute(update(delivery).where(delivery.c.worker.is_not(None)).values(fence=delivery.c.fence + 1))
    tx.execute(delete(worker))


def doubt(tx: Tx, once: Collection[tuple[Kind, frozenset[Verb]]]) -> int:
    """Have the partner asked before any of these verbs goes that has not ended; returns how many deliveries."""
    forget_all(tx)
    concerned = or_(*((delivery.c.kind == kind) & delivery.c.verb.in_(sorted(verbs)) for kind, verbs in once))
    query = update(delivery).where(delivery.c.state.in_(_MAY_GO), concerned)
    return tx.execute(query.values(doubted=True)).rowcount
