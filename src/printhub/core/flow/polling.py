"""Station: asks partners for news, each instance by itself, and keeps how far it came."""

import logging
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

from printhub.core.flow import stops
from printhub.core.flow.dispatcher import Workbench
from printhub.core.flow.intake import Intake
from printhub.core.flow.rules import Rules
from printhub.core.model.dossier import TimerKind
from printhub.core.model.errors import Unavailable
from printhub.core.model.signals import Polls
from printhub.core.store import instances, polls, timers
from printhub.core.store.polls import Poll
from printhub.core.store.store import Store, Tx

log = logging.getLogger(__name__)

_SOONEST = timedelta(seconds=1)


class Polling:
    """Polls the instances whose adapters ask for news; each may be asked by a thread of its own."""

    def __init__(self, store: Store, rules: Rules, intake: Intake, benches: Sequence[Workbench]) -> None:
        """Ask by the adapters of `benches`, hand what they say to `intake`."""
        self._store = store
        self._rules = rules
        self._intake = intake
        self._benches: Mapping[str, Workbench] = {
            bench.instance.name: bench for bench in benches if issubclass(bench.instance.adapter, Polls)
        }

    def begin(self) -> None:
        """Have every instance that polls asked in its turn, and none that does not any more."""

        def set_timers(tx: Tx) -> None:
            names = [*self._rules.settings.instances, *self._benches]
            there = {subject for kind, subject in timers.of(tx, names) if kind is TimerKind.POLL}
            new = {(TimerKind.POLL, name): self._rules.now() for name in self._benches if name not in there}
            gone = {(TimerKind.POLL, name): None for name in there if name not in self._benches}
            timers.put(tx, {**new, **gone})

        if self._benches or self._rules.settings.instances:
            self._store.write(set_timers)

    def take(self) -> list[str]:
        """The instances that are to be asked now. Their next time is set before: a process may die while it asks."""
        now = self._rules.now()
        due = self._store.read(lambda tx: timers.due(tx, now, [TimerKind.POLL], max(1, len(self._benches))))
        if not due:
            return []

        def take(tx: Tx) -> list[str]:
            mine = [name for _, name in timers.done(tx, due, now) if name in self._benches]
            timers.put(tx, {(TimerKind.POLL, name): now + self._pause(name) for name in mine})
            stopped = {name for name in mine if stops.standing(instances.stops(tx, name), now)}
            return [name for name in mine if name not in stopped]

        return self._store.write(take)

    def poll(self, name: str) -> None:
        """Ask one partner, and take in what it says; raises StoreUnavailable, and then it is asked again later."""
        before = self._store.read(lambda tx: polls.get(tx, name))
        with closing(self._benches[name].caller()) as caller:
            answer = caller.poll(before.cursor)
        now = self._rules.now()
        if isinstance(answer, tuple):
            signals, cursor = answer
            self._intake.take_signals(name, signals)
            self._store.write(lambda tx: polls.put(tx, Poll(name, cursor, now)))
            return
        wait = answer.retry_after if isinstance(answer, Unavailable) else None
        failed = replace(before, polled_at=now, failures=before.failures + 1, detail=answer.detail)
        if before.failures == 0:
            log.warning("%s cannot be asked for news: %s", name, answer.detail, extra={"instance": name})

        def note(tx: Tx) -> None:
            polls.put(tx, failed)
            if wait is not None:
                timers.put(tx, {(TimerKind.POLL, name): now + max(wait, _SOONEST)})

        self._store.write(note)

    def _pause(self, name: str) -> timedelta:
        return max(self._benches[name].instance.settings.poll_every, _SOONEST)
