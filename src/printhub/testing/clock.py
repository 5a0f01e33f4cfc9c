"""A clock that stands still until a test moves it."""

import threading
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
"""A Sunday morning: when the clocks and the facts of the factories begin."""


class FakeClock:
    """Call it for the time in UTC; only `advance` and `set` move it. Safe for threads."""

    def __init__(self, start: datetime = START) -> None:
        """Begin at `start`, which needs a time zone."""
        self._lock = threading.Lock()
        self._now = _utc(start)

    def __call__(self) -> datetime:
        """The time."""
        with self._lock:
            return self._now

    def advance(self, by: timedelta) -> datetime:
        """Move on by so much, and return the new time; a negative step sets the clock back."""
        with self._lock:
            self._now += by
            return self._now

    def set(self, to: datetime) -> None:
        """Move to that moment."""
        with self._lock:
            self._now = _utc(to)


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a clock needs a time with a zone, such as datetime(2026, 11, 22, tzinfo=UTC)")
    return moment.astimezone(UTC)
