"""Everything that is to happen later: one row each."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, delete, func, or_, select, union_all

from printhub.core.model.dossier import TimerKind
from printhub.core.store.dialects import in_each
from printhub.core.store.prepared import Prepared
from printhub.core.store.schema import timer
from printhub.core.store.stirring import stirring_of
from printhub.core.store.store import Tx

INBOUND = frozenset({TimerKind.CALLBACK, TimerKind.POLL})
"""The kinds that are about what partners say by themselves."""
_DROP = Prepared(
    delete(timer).where(timer.c.kind == bindparam("the_kind"), timer.c.subject == bindparam("the_subject"))
)


def due(tx: Tx, now: datetime, kinds: Collection[TimerKind], limit: int) -> list[tuple[TimerKind, str]]:
    """What of these kinds is due, oldest first."""
    found = _due(tuple(kinds)).rows(tx, {"now": now, "most": limit})
    return [(TimerKind(row.kind), row.subject) for row in sorted(found, key=lambda row: row.due_at)[:limit]]


def next_due(tx: Tx, kinds: Collection[TimerKind]) -> datetime | None:
    """When the next timer of these kinds is due."""
    found = _next(tuple(kinds)).rows(tx, {})
    return min((row[0] for row in found if row[0] is not None), default=None)


def put(
    tx: Tx, timers: Mapping[tuple[TimerKind, str], datetime | None], hosts: Mapping[str, str] | None = None
) -> None:
    """Set timers, or with None take them away; `hosts` are those that new files are fetched from, by the subject."""
    gone = [{"the_kind": str(kind), "the_subject": subject} for (kind, subject), due in timers.items() if due is None]
    if gone:
        _DROP.run_all(tx, gone)
    at = hosts or {}
    there = [
        {"kind": str(kind), "subject": subject, "due_at": due, "host": at.get(subject, "")}
        for (kind, subject), due in timers.items()
        if due is not None
    ]
    if there:
        _PUT.run_all(tx, there)
        stirring = stirring_of(tx)
        kinds = {kind for (kind, _), due in timers.items() if due is not None}
        stirring.files |= TimerKind.FETCH in kinds
        stirring.inbound |= not kinds.isdisjoint(INBOUND)
        stirring.letters |= TimerKind.LETTER in kinds
        stirring.timers |= bool(kinds - {TimerKind.FETCH, TimerKind.LETTER} - INBOUND)


def _setting(add: Any) -> Any:  # noqa: ANN401 - the two dialects' own types
    return add.on_conflict_do_update(
        index_elements=[timer.c.kind, timer.c.subject], set_={"due_at": add.excluded.due_at}
    )


_PUT = Prepared(in_each(lambda add: _setting(add(timer))))


# One look at the index for each kind, so that another kind's many timers are not passed over; built once.
@cache
def _due(kinds: tuple[TimerKind, ...]) -> Prepared:
    looks = [
        select(timer)
        .where(timer.c.kind == str(kind), timer.c.due_at <= bindparam("now", type_=timer.c.due_at.type))
        .order_by(timer.c.due_at)
        .limit(bindparam("most"))
        for kind in kinds
    ]
    return Prepared(union_all(*(select(look.subquery()) for look in looks)))


@cache
def _next(kinds: tuple[TimerKind, ...]) -> Prepared:
    looks: list[Select[Any]] = [select(func.min(timer.c.due_at)).where(timer.c.kind == str(kind)) for kind in kinds]
    return Prepared(union_all(*looks))


def of(tx: Tx, subjects: Collection[str]) -> dict[tuple[TimerKind, str], datetime]:
    """What is to happen later to any of these."""
    kinds = [str(kind) for kind in TimerKind]
    found = tx.execute(select(timer).where(timer.c.kind.in_(kinds), timer.c.subject.in_(subjects)))
    return {(TimerKind(row.kind), row.subject): row.due_at for row in found}


def done(tx: Tx, fired: list[tuple[TimerKind, str]], now: datetime) -> list[tuple[TimerKind, str]]:
    """Take away timers that fire; returns them without those that were set anew, or that another took, meanwhile."""
    if not fired:
        return []  # an empty list of places would match every timer that is due
    places = [and_(timer.c.kind == str(kind), timer.c.subject == subject) for kind, subject in fired]
    gone = delete(timer).where(or_(*places), timer.c.due_at <= now).returning(timer.c.kind, timer.c.subject)
    taken = {(TimerKind(row.kind), row.subject) for row in tx.execute(gone)}
    return [one for one in fired if one in taken]
