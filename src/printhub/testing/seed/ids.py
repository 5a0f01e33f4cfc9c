"""Ids that come out the same for the same seed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class SeededIds:
    """Makes UUIDs of version 7 (RFC 9562) of a clock's time and a seeded generator, each later than the one before."""

    def __init__(self, random: Random, now: Callable[[], datetime]) -> None:
        """Take the time from `now`, which must not go back."""
        self._random = random
        self._now = now
        self._last = (0, 0)

    def __call__(self) -> UUID:
        """The next id."""
        moment = (self._now() - _EPOCH) // timedelta(milliseconds=1)
        last, count = self._last
        self._last = (moment, count + 1 if moment == last else 0)
        if self._last[1] >> 12:
            self._last = (moment + 1, 0)
        moment, count = self._last
        return UUID(int=moment << 80 | 7 << 76 | count << 64 | 2 << 62 | self._random.getrandbits(62))
