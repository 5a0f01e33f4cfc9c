"""Station: wakes the workers of what is due, after the commit: nothing is announced that is not on record."""

from collections.abc import Iterable
from uuid import UUID

from printhub.core.bus.bus import Bus
from printhub.core.flow.rules import Rules
from printhub.core.model.failpoints import Failpoint
from printhub.core.store import deliveries as rows
from printhub.core.store.store import Store

BATCH = 200


class Relay:
    """Announces deliveries on the bus; used by one thread alone."""

    def __init__(self, store: Store, bus: Bus, rules: Rules) -> None:
        """Read what is due from `store`, announce it on `bus`."""
        self._store = store
        self._bus = bus
        self._rules = rules

    def announce(self, due: Iterable[tuple[UUID, str]]) -> None:
        """Announce what a commit of this process made due, each (delivery, instance), without looking for it.

        It is not noted as announced: most of it is claimed before a note would be written, and the rest is found by
        the next look. Raises BusUnavailable; it is found then, too.
        """
        self._rules.reached(Failpoint.RELAY_BEFORE_PUBLISH)
        self._bus.publish(due)
        self._rules.reached(Failpoint.RELAY_PUBLISHED)

    def step(self) -> int:
        """Look for what is due and was not announced, and announce it; returns how many. Raises BusUnavailable."""
        due = self._store.read(lambda tx: rows.unannounced(tx, BATCH))
        if due:
            self._rules.reached(Failpoint.RELAY_BEFORE_PUBLISH)
            self._bus.publish(due)
            self._rules.reached(Failpoint.RELAY_PUBLISHED)
            ids = [id_ for id_, _ in due]
            self._store.write(lambda tx: rows.announce(tx, ids, self._rules.now()))
        return len(due)
