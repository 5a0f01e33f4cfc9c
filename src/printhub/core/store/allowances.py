"""How much of something may happen within a time, over all processes (generic cell rate algorithm, ITU-T I.371).

One row for each thing that is counted: the moment up to which it is spoken for. All of an allowance may be used at
once; then it grows back evenly.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select

from printhub.core.store.dialects import in_each
from printhub.core.store.prepared import Prepared
from printhub.core.store.schema import allowance
from printhub.core.store.store import Tx

_UNTIL = Prepared(select(allowance.c.until).where(allowance.c.name == bindparam("wanted")))
_PUT = in_each(
    lambda add: (made := add(allowance)).on_conflict_do_update(
        index_elements=[allowance.c.name], set_={"until": made.excluded.until}
    )
)


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many within so long, and what of it is spent."""

    name: str
    most: int
    within: timedelta
    until: datetime
    """Up to when it is spoken for; a moment that is over where all of it is there."""

    def next_at(self, now: datetime) -> datetime | None:
        """When one more may happen; None for now."""
        free = self.until - (self.within - self._apart)
        return free if free > now else None

    @property
    def _apart(self) -> timedelta:
        return self.within / self.most

    def spent(self, now: datetime) -> datetime:
        """Up to when it is spoken for once one more has happened."""
        return max(self.until, now) + self._apart


def of(tx: Tx, name: str, most: int, within: timedelta, now: datetime) -> Allowance:
    """What is left of an allowance."""
    return Allowance(name, most, within, _UNTIL.scalar(tx, {"wanted": name}) or now)


def spend(tx: Tx, known: Allowance, now: datetime) -> None:
    """Note that one more happens."""
    tx.execute(_PUT[tx.dialect.name], {"name": known.name, "until": known.spent(now)})


def forget(tx: Tx, now: datetime) -> None:
    """Forget those that are whole again."""
    tx.execute(delete(allowance).where(allowance.c.until < now))
