"""Station: takes in what arrives by the exchange; acked once it is recorded, or kept as refused."""

from printhub.core.bus.inbox import Received
from printhub.core.bus.incoming import IncomingEvents
from printhub.core.flow.intake import Intake
from printhub.core.model.envelope import MAX_EVENT_BYTES

KEPT = MAX_EVENT_BYTES + 1
"""Bytes of a message that are looked at: enough to tell that it is too large."""


class Arrivals:
    """Hands events from the exchange to the intake; used by one thread alone."""

    def __init__(self, incoming: IncomingEvents, intake: Intake) -> None:
        """Take from `incoming`."""
        self._incoming = incoming
        self._intake = intake

    def step(self) -> int:
        """Take in what has arrived; returns how many messages. Raises StoreUnavailable: then all of it comes again."""
        arrived = self._incoming.drain()
        foreign = [one for one in arrived if one.compressed]
        for one in foreign:
            self._intake.keep_foreign(self._incoming.queue, one.body, "it says that it is compressed")
        events: list[Received] = [one for one in arrived if not one.compressed]
        self._intake.take_raws([one.body for one in events])
        self._incoming.ack(arrived)
        return len(arrived)
