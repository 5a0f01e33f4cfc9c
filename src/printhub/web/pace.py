"""How many requests one may make: a bucket for each asker, which fills evenly and holds a few seconds' worth."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta

from printhub.core.model.errors import TooMany

_WORTH = 10.0
"""Seconds whose requests may come at once."""
_MOST = 10_000
"""Askers that are remembered; of more, those who have not asked for longest are forgotten, with a full bucket."""


class Pace:
    """Counts the requests that this process answers."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Allow so many a minute to each."""
        self._rate = per_minute / 60
        self._full = max(1.0, self._rate * _WORTH)
        self._clock = clock
        self._gate = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def count(self, asker: str) -> None:
        """Count one request; raises TooMany with the time after which the next one may come."""
        with self._gate:
            now = self._clock()
            left, since = self._left.pop(asker, (self._full, now))
            left = min(self._full, left + (now - since) * self._rate)
            enough = left >= 1
            self._left[asker] = (left - 1 if enough else left, now)
            if len(self._left) > _MOST:
                self._left.popitem(last=False)
        if not enough:
            wait = timedelta(seconds=(1 - left) / self._rate)
            raise TooMany("too many requests; make fewer, or hand in events in batches", wait)
