"""Events that a storefront publishes to the hub's exchange: another door, to the same intake."""

import threading

from printhub.core.bus.inbox import Inbox, Received
from printhub.core.bus.outage import Outage
from printhub.core.bus.publisher import Connect
from printhub.core.bus.topology import Topology
from printhub.core.bus.waits import Waits


class IncomingEvents:
    """The queue of events, drained and acked by one thread; what is not acked comes again."""

    def __init__(
        self,
        connect: Connect,
        topology: Topology,
        wake: threading.Event,
        outage: Outage,
        waits: Waits,
        *,
        largest: int,
    ) -> None:
        """Consume the queue, which it declares; `largest` bytes of a message are kept."""
        self.queue = topology.intake
        self._drained: list[Received] = []
        self._inbox = Inbox("events", topology.declare_intake, connect, wake, outage, waits, largest=largest)

    def drain(self) -> list[Received]:
        """What has arrived and is not acked, in its order."""
        self._drained = self._inbox.still([*self._drained, *self._inbox.take()])
        return list(self._drained)

    def ack(self, received: list[Received]) -> None:
        """These are recorded, or kept as refused."""
        self._inbox.ack(received)
        done = {id(one) for one in received}
        self._drained = [one for one in self._drained if id(one) not in done]

    def close(self) -> None:
        """Leave; what was not acked goes to whoever consumes the queue next."""
        self._inbox.close()
