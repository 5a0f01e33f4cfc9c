"""Whether the broker can be used: told once when it is lost and once when it is back, for all connections together."""

import logging
import random
import threading

from printhub.core.bus.waits import Waits

log = logging.getLogger(__name__)


class Outage:
    """What the connections of one process know of their broker; may be used by any thread."""

    def __init__(self, broker: str, waits: Waits) -> None:
        """Begin in hope; `broker` is what the log calls it."""
        self._broker = broker
        self._waits = waits
        self._lock = threading.Lock()
        self._lost: dict[str, int] = {}

    def __bool__(self) -> bool:
        """Whether some connection is lost."""
        return bool(self._lost)

    def lost(self, connection: str, error: Exception) -> float:
        """Note that a connection could not be made, or broke; returns how many seconds to wait before the next."""
        with self._lock:
            told = bool(self._lost)
            tries = self._lost[connection] = self._lost.get(connection, 0) + 1
        if not told:
            log.warning(
                "%s cannot be used (%s): %s: %s; nothing is lost, work is found in the store, and it is tried again",
                self._broker,
                connection,
                type(error).__name__,
                error,
            )
        pause = min(self._waits.longest_pause, self._waits.first_pause * 2.0 ** min(tries - 1, 20))
        return pause * random.uniform(0.5, 1.0)  # noqa: S311 - jitter is no secret

    def back(self, connection: str) -> None:
        """Note that a connection holds."""
        with self._lock:
            over = self._lost.pop(connection, None) is not None and not self._lost
        if over:
            log.info("%s can be used again", self._broker)

    def left(self, connection: str) -> None:
        """Forget a connection that is not wanted any more."""
        with self._lock:
            self._lost.pop(connection, None)
