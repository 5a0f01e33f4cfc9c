"""One instance's queue on RabbitMQ, as its dispatcher sees it."""

import logging
import threading
from collections.abc import Callable
from uuid import UUID

from printhub.core.bus.inbox import Inbox, Received
from printhub.core.bus.outage import Outage
from printhub.core.bus.publisher import Connect
from printhub.core.bus.topology import Topology
from printhub.core.bus.waits import Waits

log = logging.getLogger(__name__)

OnPoison = Callable[[str, bytes, str], None]
"""Keeps what is no message of ours: the queue's name, the body (its beginning, if it is large), and why."""

LARGEST_KEPT = 64 * 1024


class RabbitSubscription:
    """Drained and acked by one thread."""

    def __init__(
        self,
        connect: Connect,
        topology: Topology,
        instance: str,
        wake: threading.Event,
        on_poison: OnPoison,
        outage: Outage,
        waits: Waits,
    ) -> None:
        """Consume an instance's queue, which it declares."""
        self.wake = wake
        self._queue = topology.queue(instance)
        self._on_poison = on_poison
        self._unacked: list[Received] = []
        self._poison: list[tuple[Received, str]] = []
        self._told = False
        self._inbox = Inbox(
            instance,
            lambda channel: topology.declare(channel, [instance])[instance],
            connect,
            wake,
            outage,
            waits,
            largest=LARGEST_KEPT,
        )

    def drain(self) -> int:
        """Take what has arrived; poison is handed on, and counts among what waits to be acked once it is kept."""
        for one in self._inbox.take():
            if (why := _refusal(one)) is not None:
                self._poison.append((one, why))
            else:
                self._unacked.append(one)
        here = self._inbox.still(one for one, _ in self._poison)
        self._poison = [(one, why) for one, why in self._poison if one in here]
        while self._poison and self._kept(*self._poison[0]):
            self._unacked.append(self._poison.pop(0)[0])
        # What came by an earlier connection was not acked there, and comes again.
        self._unacked = self._inbox.still(self._unacked)
        return len(self._unacked)

    def ack(self) -> None:
        """Have the owner ack what was drained."""
        self._inbox.ack(self._unacked)
        self._unacked.clear()

    def close(self) -> None:
        """Leave; what was not acked goes to whoever consumes the queue next."""
        self._inbox.close()

    def _kept(self, poison: Received, why: str) -> bool:
        try:
            self._on_poison(self._queue, poison.body, why)
        except Exception:
            if not self._told:
                log.exception("a message in %s is none of ours and cannot be kept; it is tried again", self._queue)
            self._told = True
            return False
        self._told = False
        return True


def _refusal(message: Received) -> str | None:
    """Why a message is none of ours."""
    cut = f" (its first {len(message.body)} bytes of {message.size})" if message.size > len(message.body) else ""
    if message.compressed:
        return f"it says that it is compressed{cut}"
    try:
        UUID(message.body.decode("ascii"))
    except ValueError:
        return f"its body is not the id of a delivery{cut}"
    return None
