"""What operators did: who, what, when and why."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select

from printhub.core.store.schema import operator_act
from printhub.core.store.store import Tx


@dataclass(frozen=True, slots=True)
class Act:
    """One act of an operator."""

    id: UUID
    at: datetime
    by: str
    act: str
    subject: str
    why: str


_ACT = tuple(Act.__dataclass_fields__)


def record(tx: Tx, act: Act) -> None:
    """Append an act."""
    tx.execute(insert(operator_act).values({name: getattr(act, name) for name in _ACT}))


def listed(tx: Tx, limit: int) -> list[Act]:
    """The newest acts."""
    found = tx.execute(select(operator_act).order_by(operator_act.c.seq.desc()).limit(limit))
    return [Act(**{name: getattr(row, name) for name in _ACT}) for row in found]
