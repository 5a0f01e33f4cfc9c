"""The clock of a hub with many processes: the database's, so that what machines disagree about costs nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from printhub.core.store.store import Store, Tx

_SHARP = timedelta(milliseconds=200)
_NOW = text("SELECT clock_timestamp()")


class DatabaseClock:
    """Tells the database's time by the machine's own clock and how far that was off when it was last compared.

    Adapters are given it with each call, so that it knows no store.
    """

    def __init__(self, local: Callable[[], datetime]) -> None:
        """Begin with the time of `local`, the machine's own clock."""
        self._local = local
        self._ahead = timedelta()
        self._compared = False

    def __call__(self) -> datetime:
        """The time, in UTC."""
        return self._local() + self._ahead

    def compare(self, store: Store) -> timedelta:
        """Compare with the clock of `store`, a database; returns how far that is ahead. Raises StoreUnavailable."""
        before = self._local()
        theirs = store.read(_clock)
        after = self._local()
        if after - before < _SHARP or not self._compared:  # a reconnection on the way would blur it
            self._ahead = theirs - (before + (after - before) / 2)
            self._compared = True
        return self._ahead


def _clock(tx: Tx) -> datetime:
    found: datetime = tx.execute(_NOW).scalar_one()
    return found.astimezone(UTC)
