"""How much there is of what somebody may have to see to. Nothing here reads more than it counts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, literal_column, select

from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.findable import UNPLANNED
from printhub.core.store import rows
from printhub.core.store.events import EventState
from printhub.core.store.schema import asset, delivery, event, job_work, quarantine
from printhub.core.store.store import Tx

MOST = 10_000
"""More than this is not counted out."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The ready deliveries of an instance; `oldest` is the one that was planned first."""

    count: int
    oldest: Delivery | None


def in_state(tx: Tx, state: DeliveryState) -> int:
    """How many deliveries are in a state."""
    return _count(tx, select(delivery.c.seq).where(delivery.c.state == state))


def for_a_person(tx: Tx) -> int:
    """How many unknown deliveries nobody will ask after."""
    left = and_(delivery.c.next_at.is_(None), ~delivery.c.asking)
    return _count(tx, select(delivery.c.seq).where(delivery.c.state == DeliveryState.UNKNOWN, left))


def overdue(tx: Tx) -> int:
    """How many deliveries are overdue."""
    return _count(tx, select(delivery.c.seq).where(delivery.c.overdue_since.is_not(None)))


def waiting_since(tx: Tx, state: EventState, before: datetime) -> int:
    """How many events have been in a waiting state since before then."""
    return _count(tx, select(event.c.seq).where(event.c.state == str(state), event.c.received_at <= before))


def unknown_since(tx: Tx, after: datetime) -> int:
    """How many of the newest events of unknown type came after then."""
    newest = select(event.c.received_at).where(event.c.state == str(EventState.UNKNOWN)).order_by(event.c.seq.desc())
    found = newest.limit(MOST).subquery()
    return _count(tx, select(found.c.received_at).where(found.c.received_at > after))


def refused_since(tx: Tx, after: datetime) -> int:
    """How much input was refused after then."""
    return _count(tx, select(quarantine.c.seq).where(quarantine.c.received_at > after))


def failed_files(tx: Tx) -> int:
    """How many files could not be fetched, and were not replaced since."""
    # Written out, because a partial index is not used for a state that is only bound later.
    return _count(tx, select(asset.c.id).where(literal_column("asset.state = 'failed'"), ~asset.c.superseded))


def queue(tx: Tx, instance: str) -> Queue:
    """What is ready at an instance."""
    ready = select(delivery.c.seq).where(delivery.c.instance == instance, delivery.c.state == DeliveryState.READY)
    found = ready.limit(MOST).subquery()
    row = tx.execute(select(func.count().label("many"), func.min(found.c.seq).label("oldest"))).one()
    oldest = tx.execute(select(delivery).where(delivery.c.seq == row.oldest)).first() if row.many else None
    return Queue(row.many, rows.delivery(oldest) if oldest else None)


def unplanned(tx: Tx) -> int:
    """How many jobs were ordered that no route leads into production."""
    return _count(tx, select(job_work.c.place).where(job_work.c.word == UNPLANNED, job_work.c.instance == ""))


def retrying(tx: Tx, instance: str) -> int:
    """How many deliveries of an instance wait to be tried again."""
    here = (delivery.c.instance == instance, delivery.c.state == DeliveryState.RETRYING)
    return _count(tx, select(delivery.c.seq).where(*here))


def running(tx: Tx) -> list[Delivery]:
    """All deliveries whose call is being made."""
    return [rows.delivery(row) for row in tx.execute(select(delivery).where(delivery.c.state == DeliveryState.RUNNING))]


def instances_besides(tx: Tx, known: Collection[str]) -> list[str]:
    """Instances that have deliveries and are not among the known ones: one look each."""
    found: list[str] = []
    at = ""
    while (
        name := tx.execute(select(func.min(delivery.c.instance)).where(delivery.c.instance > at)).scalar()
    ) is not None:
        found += [] if name in known else [name]
        at = name
    return found


def _count(tx: Tx, query: Select[Any]) -> int:
    return tx.execute(select(func.count()).select_from(query.limit(MOST).subquery())).scalar() or 0
