"""Everything that is to happen later: one row each."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, delete, func, or_, select

from printhub.core.model.dossier import TimerKind
from printhub.core.store.schema import timer
from printhub.core.store.store import Tx


def due(tx: Tx, now: datetime, kinds: Collection[TimerKind], limit: int) -> list[tuple[TimerKind, str]]:
    """What of these kinds is due, oldest first."""
    found = [
        row
        for kind in kinds  # one look at the index for each kind: another kind's many timers are not passed over
        for row in tx.execute(
            select(timer).where(timer.c.kind == str(kind), timer.c.due_at <= now).order_by(timer.c.due_at).limit(limit)
        )
    ]
    found.sort(key=lambda row: row.due_at)
    return [(TimerKind(row.kind), row.subject) for row in found[:limit]]


def next_due(tx: Tx, kinds: Collection[TimerKind]) -> datetime | None:
    """When the next timer of these kinds is due."""
    first = [tx.execute(select(func.min(timer.c.due_at)).where(timer.c.kind == str(kind))).scalar() for kind in kinds]
    return min((due for due in first if due is not None), default=None)


def of(tx: Tx, subjects: Collection[str]) -> dict[tuple[TimerKind, str], datetime]:
    """What is to happen later to any of these."""
    kinds = [str(kind) for kind in TimerKind]
    found = tx.execute(select(timer).where(timer.c.kind.in_(kinds), timer.c.subject.in_(subjects)))
    return {(TimerKind(row.kind), row.subject): row.due_at for row in found}


def done(tx: Tx, fired: list[tuple[TimerKind, str]], now: datetime) -> None:
    """Take away timers that have fired, unless they were set anew meanwhile."""
    if not fired:
        return  # an empty list of places would match every timer that is due
    places = [and_(timer.c.kind == str(kind), timer.c.subject == subject) for kind, subject in fired]
    tx.execute(delete(timer).where(or_(*places), timer.c.due_at <= now))
