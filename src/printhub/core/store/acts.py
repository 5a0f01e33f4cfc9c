"""What operators did: who, what, when and why."""

import contextlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select

from printhub.core.store import rows
from printhub.core.store.schema import bulk_item, delivery, operator_act
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
    facts: Mapping[str, Any] = field(default_factory=dict)
    undoes: UUID | None = None

    @property
    def about(self) -> str:
        """What it is about in words, as far as they were kept; else its subject."""
        return str(self.facts.get("about") or self.subject)


@dataclass(frozen=True, slots=True)
class ActFilter:
    """Which acts are wanted: all that is given has to hold."""

    by: str | None = None
    act: str | None = None
    subjects: Collection[str] = ()
    since: datetime | None = None


_ACT = tuple(Act.__dataclass_fields__)


def record(tx: Tx, act: Act) -> None:
    """Append an act."""
    tx.execute(insert(operator_act).values({name: getattr(act, name) for name in _ACT}))


def about(tx: Tx, subjects: Collection[str]) -> list[Act]:
    """All acts on any of these, oldest first."""
    found = tx.execute(select(operator_act).where(operator_act.c.subject.in_(subjects)).order_by(operator_act.c.seq))
    return [_read(row) for row in found]


def listed(tx: Tx, limit: int, *, wanted: ActFilter | None = None, after: UUID | None = None) -> list[Act]:
    """The acts that match, the newest first, from after one of them on."""
    query = select(operator_act)
    wanted = wanted or ActFilter()
    if wanted.by is not None:
        query = query.where(operator_act.c.by == wanted.by)
    if wanted.act is not None:
        query = query.where(operator_act.c.act == wanted.act)
    if wanted.subjects:
        query = query.where(operator_act.c.subject.in_(sorted(wanted.subjects)))
    if wanted.since is not None:
        query = query.where(operator_act.c.at >= wanted.since)
    if after is not None:
        place = select(operator_act.c.seq).where(operator_act.c.id == after).scalar_subquery()
        query = query.where(operator_act.c.seq < place)
    return [_read(row) for row in tx.execute(query.order_by(operator_act.c.seq.desc()).limit(limit))]


def any_of(tx: Tx, sort: str) -> bool:
    """Whether any act of a sort was ever recorded, by a version that knows the sort no more, say."""
    return tx.execute(select(operator_act.c.seq).where(operator_act.c.act == sort).limit(1)).scalar() is not None


def starting_with(tx: Tx, text: str, limit: int = 5) -> list[Act]:
    """Acts whose id begins so, as people type ids."""
    query = select(operator_act).where(rows.begins(operator_act.c.id, text)).order_by(operator_act.c.seq).limit(limit)
    return [_read(row) for row in tx.execute(query)]


def undone_by(tx: Tx, ids: Collection[UUID]) -> dict[UUID, Act]:
    """The acts that took back some of these, by what they took back."""
    found = tx.execute(select(operator_act).where(operator_act.c.undoes.in_(ids)))
    return {row.undoes: _read(row) for row in found}


def subjects_of(tx: Tx, names: Collection[str], jobs: Collection[UUID]) -> set[str]:
    """What acts are recorded under: the names themselves, the deliveries of `jobs`, and bulk acts that list them."""
    ids = set(tx.execute(select(delivery.c.id).where(delivery.c.job_id.in_(jobs))).scalars())
    for name in names:
        with contextlib.suppress(ValueError):
            ids.add(UUID(name))
    lists = tx.execute(select(bulk_item.c.bulk_id).where(bulk_item.c.delivery_id.in_(ids))).scalars()
    return {*names, *map(str, ids), *map(str, lists)}


def _read(row: Row[Any]) -> Act:
    return Act(**{name: getattr(row, name) for name in _ACT})
