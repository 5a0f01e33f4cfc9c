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
from printhub.testing.seed.life import MARK
from printhub.testing.seed.sample import BEGINS, Sample, played

SPREAD = timedelta(days=730)
"""Over how long the orders are spread."""
OPEN = timedelta(days=30)
"""Of how long ago jobs are still on their way; older ones have come to an end, but for a few."""
TOGETHER = 4000
"""Jobs that share a transaction, about."""
APART = timedelta(milliseconds=11)
"""How far the rows of two seeds that follow each other lie apart: no two jobs of one store share a place."""
REMEMBERED = 10
"""Of the newest tenth of all copies the bodies of events are kept, those of the others are erased."""

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
        """Fill the store; returns how many jobs were made, which is about as many as wanted. Raises StoreUnavailable.

        The same settings, seed and sizes give the same rows, but for the moment `now` at which they end.
        """
        random = Random(self.seed)  # noqa: S311 - made-up orders guard no secret
        still_open = math.ceil(self.jobs * (OPEN / SPREAD))
        done = copies = 0
        for what, wanted, begin, end in (
            ("jobs that came to an end", self.jobs - still_open, now - SPREAD, now - OPEN),
            ("jobs on their way", still_open, now - OPEN, now),
        ):
            told(f"playing a sample of {what}", done, self.jobs)
            settled = end < now
            with played(self.settings, self.kinds, random, self.orders, settled=settled) as sample:
                number = max(1, round(wanted / sample.jobs))
                every = max((end - begin - sample.span) / number, sample.span)
                first = end - sample.span - (number - 1) * every - self.seed * APART
                for place in self._copied(store, sample, first - BEGINS, every, number, copies):
                    told(f"copying {what}", done + (place + 1) * sample.jobs, self.jobs)
                done, copies = done + number * sample.jobs, copies + number
        return done

    def _copied(
        self, store: Path, sample: Sample, first: timedelta, every: timedelta, number: int, before: int
    ) -> Iterator[int]:
        copier = Copier(store, sample.hub.hub.store.path, mark=MARK)
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
