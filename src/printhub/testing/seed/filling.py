"""Fills a store with as many jobs as are wanted: samples are played, and copied over the last two years."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from printhub.core.model.verbs import Kind
from printhub.core.settings import Settings
from printhub.core.store.copying import Copier
from printhub.core.store.opening import DATABASE
from printhub.testing.seed.life import MARK
from printhub.testing.seed.sample import BEGINS, Sample, played

SPREAD = timedelta(days=730)
"""Over how long the orders are spread."""
OPEN = timedelta(days=30)
"""Of how long ago jobs are still on their way; older ones have come to an end, but for a few."""
ENOUGH = 100
"""So many jobs are on their way in a small store too, or a third of them: there has to be something to look at."""
TOGETHER = 4000
"""Jobs that share a transaction, about."""
APART = timedelta(milliseconds=11)
"""How far the rows of two seeds that follow each other lie apart: no two jobs of one store share a place."""
REMEMBERED = 10
"""Of the newest tenth of all copies the bodies of events are kept, those of the others are erased."""

JOBS_EACH = 2
"""Jobs that a made-up order has, about."""

Told = Callable[[str, int, int], None]
"""Told how far it is: (what is being done, how many jobs are there, of how many)."""


@dataclass(frozen=True, slots=True)
class Filling:
    """What is to be made: `orders` of a sample, played once for `jobs` that came to an end and once for open ones."""

    settings: Settings
    kinds: Mapping[str, Kind]
    """The kind of each instance that takes part."""
    jobs: int
    seed: int
    orders: int

    def fill(self, store: Path, now: datetime, told: Told) -> int:
        """Fill the store; returns how many jobs were made, which is nearly as many as wanted. Raises StoreUnavailable.

        The same settings, seed and sizes give the same rows, but for the moment `now` at which they end.
        """
        random = Random(self.seed)  # noqa: S311 - made-up orders guard no secret
        still_open = max(math.ceil(self.jobs * (OPEN / SPREAD)), min(self.jobs // 3, ENOUGH))
        parts = (
            ("jobs that came to an end", *self._shared(self.jobs - still_open), now - SPREAD, now - OPEN),
            ("jobs on their way", *self._shared(still_open), now - OPEN, now),
        )
        whole = sum(number * size for _, number, size, _, _ in parts)
        done = copies = 0
        for what, number, size, begin, end in parts:
            if not number:
                continue
            told(f"playing a sample of {what}", done, whole)
            settled = end < now
            with played(self.settings, self.kinds, random, size, settled=settled) as sample:
                every = max((end - begin - sample.length) / number, sample.span)
                first = end - sample.length - (number - 1) * every - self.seed * APART
                for place in self._copied(store, sample, first - BEGINS, every, number, copies):
                    told(f"copying {what}", done + (place + 1) * size, whole)
                done, copies = done + number * size, copies + number
        return done

    def _shared(self, jobs: int) -> tuple[int, int]:
        """How many copies are made of a sample of how many jobs, so that there are as many as wanted or nearly."""
        most = self.orders * JOBS_EACH
        if jobs <= most:
            return min(jobs, 1), jobs
        size = min(range(most, most // 2 - 1, -1), key=lambda size: abs(round(jobs / size) * size - jobs))
        return round(jobs / size), size

    def _copied(
        self, store: Path, sample: Sample, first: timedelta, every: timedelta, number: int, before: int
    ) -> Iterator[int]:
        copier = Copier(store, sample.hub.hub.data / DATABASE, mark=MARK)
        at_once = max(1, TOGETHER // sample.jobs)
        try:
            for start in range(0, number, at_once):
                places = range(start, min(start + at_once, number))
                with copier.together() as copy:
                    for place in places:
                        remembered = (number - place) * REMEMBERED <= number
                        copy(first + place * every, f"{self.seed}{before + place:05}", remembered)
                yield places[-1]
        finally:
            copier.close()
