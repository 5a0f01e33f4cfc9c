"""How things stand, for machines that look every few seconds: each read follows an index and stops at a limit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Table, bindparam, func, select

from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.dossier import TimerKind
from printhub.core.store.events import EventState
from printhub.core.store.schema import delivery, event, job_work, quarantine, status_change, timer
from printhub.core.store.store import Tx

MOST = 100_000
"""More of one sort than this is not counted out."""
ENDED = frozenset({DeliveryState.DONE, DeliveryState.CANCELLED, DeliveryState.SKIPPED, DeliveryState.OBSOLETE})
"""States that grow with the store for ever: counting what is in them would cost more every day."""


@dataclass(frozen=True, slots=True)
class Totals:
    """How many rows of each sort the store has numbered so far."""

    events: int
    refusals: int
    deliveries: int
    statuses: int


@dataclass(frozen=True, slots=True)
class Due:
    """How many timers of one kind are due, and since when the first one has been."""

    count: int
    since: datetime | None


def _counted(query: Select[Any]) -> Select[int]:
    return select(func.count()).select_from(query.limit(MOST).subquery())


# Made once: to build and to hash a statement costs about as much as to run it.
_AT = (delivery.c.instance == bindparam("name"), delivery.c.state == bindparam("now_in", type_=delivery.c.state.type))
_IN_STATE = _counted(select(delivery.c.seq).where(*_AT))
_FIRST = select(delivery.c.since, delivery.c.created_at).where(*_AT).order_by(delivery.c.seq).limit(1)
_JOBS = _counted(
    select(job_work.c.place).where(job_work.c.word == bindparam("word"), job_work.c.instance == bindparam("name"))
)
_WAITING = _counted(select(event.c.seq).where(event.c.state == bindparam("now_in")))
_DUE = (timer.c.kind == bindparam("what"), timer.c.due_at <= bindparam("now", type_=timer.c.due_at.type))
_TIMERS = _counted(select(timer.c.due_at).where(*_DUE))
_FIRST_DUE = select(func.min(timer.c.due_at)).where(timer.c.kind == bindparam("what"))


def totals(tx: Tx) -> Totals:
    """The last number of each sort; numbers are given in order, and a few may be left out."""
    return Totals(*(_last(tx, table) for table in (event, quarantine, delivery, status_change)))


def in_states(tx: Tx, instance: str) -> dict[DeliveryState, int]:
    """How many deliveries of an instance are in each state in which something is still to come, or has failed."""
    shown = [state for state in DeliveryState if state not in ENDED]
    return {state: tx.execute(_IN_STATE, {"name": instance, "now_in": state}).scalar_one() for state in shown}


def ready_since(tx: Tx, instance: str) -> datetime | None:
    """Since when the ready delivery of an instance that was planned first has been ready."""
    row = tx.execute(_FIRST, {"name": instance, "now_in": DeliveryState.READY}).first()
    return (row.since or row.created_at) if row else None


def jobs(tx: Tx, word: str, instance: str = "") -> int:
    """How many jobs have a word of `job_work` at an instance."""
    return tx.execute(_JOBS, {"word": word, "name": instance}).scalar_one()


def waiting(tx: Tx, states: Iterable[EventState]) -> dict[EventState, int]:
    """How many events are in each of these states."""
    return {state: tx.execute(_WAITING, {"now_in": str(state)}).scalar_one() for state in states}


def due(tx: Tx, now: datetime) -> dict[TimerKind, Due]:
    """The timers that are due, of each kind."""
    found = {}
    for kind in TimerKind:
        count = tx.execute(_TIMERS, {"what": str(kind), "now": now}).scalar_one()
        since = tx.execute(_FIRST_DUE, {"what": str(kind)}).scalar() if count else None
        found[kind] = Due(count, since)
    return found


def _last(tx: Tx, table: Table) -> int:
    return tx.execute(select(func.max(table.c.seq))).scalar() or 0
