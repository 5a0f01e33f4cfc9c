"""What came between two moments: rows whose ids, which begin with their time, lie between two others."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, ColumnElement, and_, bindparam, func, select, type_coerce

from printhub.core.store.events import EventState
from printhub.core.store.schema import attempt, delivery, event, quarantine
from printhub.core.store.store import Tx


@dataclass(frozen=True, slots=True)
class Attempts:
    """Attempts at one instance that ended alike: how many, and how long they took together."""

    instance: str
    outcome: str
    count: int
    seconds: float
    segments: int
    """Of the text messages that were taken."""


def _between(id_: Column[Any]) -> ColumnElement[bool]:
    return and_(id_ >= bindparam("after", type_=id_.type), id_ < bindparam("before", type_=id_.type))


_ACCEPTED = (
    select(event.c.storefront, func.count().label("many"))
    .where(_between(event.c.id), event.c.state != EventState.STATED)
    .group_by(event.c.storefront)
)
_REFUSED = (
    select(quarantine.c.code, func.count().label("many")).where(_between(quarantine.c.id)).group_by(quarantine.c.code)
)
_TAKEN = func.sum(type_coerce(attempt.c.ended_at, BigInteger) - type_coerce(attempt.c.began_at, BigInteger))
"""In microseconds, as moments are kept."""
_ATTEMPTS = (
    select(
        delivery.c.instance,
        attempt.c.outcome,
        func.count().label("many"),
        _TAKEN.label("taken"),
        func.sum(attempt.c.segments).label("segments"),
    )
    .join_from(attempt, delivery, delivery.c.id == attempt.c.delivery_id)
    .where(_between(attempt.c.id))
    .group_by(delivery.c.instance, attempt.c.outcome)
)


def accepted(tx: Tx, after: UUID, before: UUID) -> dict[str, int]:
    """How many events were recorded, by storefront; a partner's word that led to no job yet has none."""
    found = tx.execute(_ACCEPTED, {"after": after, "before": before})
    return {row.storefront or "": row.many for row in found}


def refused(tx: Tx, after: UUID, before: UUID) -> dict[str, int]:
    """How much input was refused, by the code of the refusal."""
    found = tx.execute(_REFUSED, {"after": after, "before": before})
    return {row.code: row.many for row in found}


def attempts(tx: Tx, after: UUID, before: UUID) -> list[Attempts]:
    """How many attempts ended, by instance and outcome."""
    found = tx.execute(_ATTEMPTS, {"after": after, "before": before})
    return [
        Attempts(row.instance, row.outcome, row.many, float(row.taken) / 1_000_000, int(row.segments)) for row in found
    ]
