"""What operators did: who, what, when and why."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import insert, select

from printhub.core.store.schema import operator_act
from printhub.core.store.store import Tx


@dataclass(frozen=True, slots=True)
class Act:
    """One act of an operator. `facts` is what its undoing needs; `undoes` names the act that it takes back."""

    id: UUID
    at: datetime
    by: str
    act: str
    subject: str
    why: str
    facts: Mapping[str, JsonValue] = field(default_factory=dict)
    undoes: UUID | None = None


_ACT = tuple(Act.__dataclass_fields__)


def record(tx: Tx, act: Act) -> None:
    """Append an act."""
    tx.execute(insert(operator_act).values({name: getattr(act, name) for name in _ACT}))


def about(tx: Tx, subjects: Collection[str]) -> list[Act]:
    """All acts on any of these, oldest first."""
    found = tx.execute(select(operator_act).where(operator_act.c.subject.in_(subjects)).order_by(operator_act.c.seq))
    return [Act(**{name: getattr(row, name) for name in _ACT}) for row in found]


def listed(tx: Tx, limit: int) -> list[Act]:
    """The newest acts."""
    found = tx.execute(select(operator_act).order_by(operator_act.c.seq.desc()).limit(limit))
    return [Act(**{name: getattr(row, name) for name in _ACT}) for row in found]
