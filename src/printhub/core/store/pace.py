"""How fast calls to an instance may begin, over all processes: by the generic cell rate algorithm (ITU-T I.371).

One row for each instance that has a limit: the moment up to which its calls are spoken for. Calls are spread evenly;
a second's worth of them may begin at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, insert, select, update

from printhub.core.store.schema import pace
from printhub.core.store.store import Tx

_MINUTE = timedelta(minutes=1)
_UNTIL = select(pace.c.until).where(pace.c.instance == bindparam("name"))


@dataclass(frozen=True, slots=True)
class Pace:
    """A limit of calls, and what of it is spent."""

    a_minute: int
    until: datetime | None
    """Up to when calls are spoken for; None before the first."""

    def allowed(self, now: datetime) -> int:
        """How many calls may begin now."""
        ahead = max(self.until or now, now) - now
        return max(0, self._burst - -(-ahead // self._apart))

    def wait_after(self, calls: int, now: datetime) -> timedelta:
        """How long until another call may begin after so many that begin now."""
        ahead = self.spent(calls, now) - now
        return max(timedelta(), ahead - (self._burst - 1) * self._apart)

    def spent(self, calls: int, now: datetime) -> datetime:
        """Up to when calls are spoken for once so many more have begun."""
        return max(self.until or now, now) + calls * self._apart

    @property
    def _apart(self) -> timedelta:
        return _MINUTE / (self.a_minute - self._burst + 1)

    @property
    def _burst(self) -> int:
        return max(1, self.a_minute // 60)


def of(tx: Tx, instance: str, a_minute: int) -> Pace:
    """The pace of an instance."""
    return Pace(a_minute, tx.execute(_UNTIL, {"name": instance}).scalar())


def spend(tx: Tx, instance: str, pace_: Pace, calls: int, now: datetime) -> None:
    """Note that so many calls begin."""
    until = pace_.spent(calls, now)
    if tx.execute(update(pace).where(pace.c.instance == instance).values(until=until)).rowcount == 0:
        tx.execute(insert(pace).values(instance=instance, until=until))
