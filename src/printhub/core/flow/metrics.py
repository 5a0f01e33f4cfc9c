"""Reads all that is measured in one view of the store, however many jobs there are.

What cannot be counted by an index alone is left out: how many deliveries are done or cancelled (they only grow; their
increase is in the attempts that ended), and how many events each storefront ever sent (`Tallies` counts those that
come while a process runs).
"""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from printhub.core.flow import meters
from printhub.core.flow.lease import LEASE
from printhub.core.flow.meters import Meter, Metric
from printhub.core.flow.rules import Rules
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.findable import OVERDUE, UNPLANNED
from printhub.core.store import counting, gauges, instances, search, tallies
from printhub.core.store.events import EventState
from printhub.core.store.instances import Cause
from printhub.core.store.store import Tx

LAG = timedelta(seconds=10)
"""Counters stop so long before now: what is being written then may have an older id and not be there yet."""
CATCH_UP = timedelta(minutes=5)
"""Of how much time a look counts at the most: after a long silence the next looks catch up."""


class Tallies:
    """Counts what comes into the store, whichever process writes it; safe for threads.

    It begins where it is made. Several processes that count the same store count the same things: take the largest
    of them, not their sum.
    """

    def __init__(self, rules: Rules, *, lag: timedelta = LAG) -> None:
        """Begin now."""
        self._rules = rules
        self._lag = lag
        self._gate = threading.Lock()
        self._until = self._moment()
        self._counts: dict[Meter, dict[tuple[str, ...], float]] = {meter: {} for meter in meters.SINCE_START}
        for name in rules.settings.storefronts:
            self._add(meters.ACCEPTED, (name,), 0)  # a counter that appears with its first event shows no rise

    def read(self, tx: Tx) -> Iterator[Metric]:
        """Count on from the last look, and tell what was counted so far."""
        with self._gate:
            before = min(self._moment() - _milliseconds(self._lag), self._until + _milliseconds(CATCH_UP))
            if before > self._until:
                self._count(tx, _id_at(self._until), _id_at(before))
                self._until = before
            for meter, counts in self._counts.items():
                yield Metric(meter, dict(counts))

    def _count(self, tx: Tx, after: UUID, before: UUID) -> None:
        # All is read before any of it is added: a look that fails half-way is made again.
        accepted, refused = tallies.accepted(tx, after, before), tallies.refused(tx, after, before)
        ended = tallies.attempts(tx, after, before)
        for storefront, many in accepted.items():
            self._add(meters.ACCEPTED, (storefront,), many)
        for code, many in refused.items():
            self._add(meters.REFUSED, (code,), many)
        for one in ended:
            self._add(meters.ATTEMPTS, (one.instance, one.outcome), one.count)
            self._add(meters.ATTEMPT_SECONDS, (one.instance,), one.seconds)
            if one.segments:
                self._add(meters.SEGMENTS, (one.instance,), one.segments)

    def _add(self, meter: Meter, labels: tuple[str, ...], more: float) -> None:
        self._counts[meter][labels] = self._counts[meter].get(labels, 0) + more

    def _moment(self) -> int:
        return self._rules.new_id().int >> 80  # by the clock of the ids: the milliseconds that one begins with


def metrics(tx: Tx, rules: Rules, counted: Tallies | None = None) -> list[Metric]:
    """Everything that is measured; what is counted from a start on only where there is one who counts."""
    now = rules.now()
    names = [*rules.settings.instances, *counting.instances_besides(tx, rules.settings.instances)]
    found = [*_instances(tx, rules, names, now), *_jobs(tx, names), *_later(tx, now)]
    found.append(_one(meters.WORKERS, len(search.workers(tx, now - LEASE))))
    totals = gauges.totals(tx)
    found.append(_one(meters.EVENTS, totals.events))
    found.append(_one(meters.REFUSALS, totals.refusals))
    found.append(_one(meters.PLANNED, totals.deliveries))
    found.append(_one(meters.STATUSES, totals.statuses))
    return found + (list(counted.read(tx)) if counted else [])


def _instances(tx: Tx, rules: Rules, names: list[str], now: datetime) -> Iterator[Metric]:
    states = {name: gauges.in_states(tx, name) for name in names}
    yield Metric(meters.DELIVERIES, {(name, str(s)): many for name in names for s, many in states[name].items()})
    yield Metric(
        meters.LANES, {(n,): states[n][DeliveryState.RUNNING] + states[n][DeliveryState.UNKNOWN] for n in names}
    )
    yield Metric(meters.OLDEST, {(name,): _ago(gauges.ready_since(tx, name), now) for name in names})
    stopped = {(stop.name, stop.storefront, str(stop.cause)) for stop in instances.stops(tx) if stop.stands}
    aside = {name for name, section in rules.settings.instances.items() if section.set_aside is not None}
    stopped |= {(name, "", str(Cause.SET_ASIDE)) for name in aside}
    yield Metric(meters.STOPPED, dict.fromkeys(sorted(stopped), 1.0))


def _jobs(tx: Tx, names: list[str]) -> Iterator[Metric]:
    yield Metric(meters.JOBS_OVERDUE, {(name,): gauges.jobs(tx, OVERDUE, name) for name in names})
    yield Metric(meters.JOBS_FAILED, {(name,): gauges.jobs(tx, str(DeliveryState.FAILED), name) for name in names})
    yield _one(meters.JOBS_UNPLANNED, gauges.jobs(tx, UNPLANNED))


def _later(tx: Tx, now: datetime) -> Iterator[Metric]:
    waiting = gauges.waiting(tx, (EventState.EARLY, EventState.UNATTRIBUTED))
    yield Metric(meters.EVENTS_WAITING, {(str(state),): many for state, many in waiting.items()})
    yield _one(meters.FILES_FAILED, counting.failed_files(tx))
    due = gauges.due(tx, now)
    yield Metric(meters.TIMERS_DUE, {(str(kind),): one.count for kind, one in due.items()})
    yield Metric(meters.TIMERS_LATE, {(str(kind),): _ago(one.since, now) for kind, one in due.items()})


def _one(meter: Meter, value: float) -> Metric:
    return Metric(meter, {(): value})


def _ago(moment: datetime | None, now: datetime) -> float:
    return max(0.0, (now - moment).total_seconds()) if moment else 0.0


def _milliseconds(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)


def _id_at(milliseconds: int) -> UUID:
    """The first id of a moment (RFC 9562, 5.7)."""
    return UUID(int=max(milliseconds, 0) << 80)
