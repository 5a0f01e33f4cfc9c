"""What the engine knows of the bus: it wakes an instance's workers, and carries nothing but ids."""

import threading
from collections.abc import Iterable
from typing import Protocol
from uuid import UUID


class Subscription(Protocol):
    """One instance's end of the bus, used by one thread alone."""

    def drain(self) -> int:
        """Take what has come, without waiting; returns how many messages wait to be acked."""

    def ack(self) -> None:
        """Confirm what was drained: its claims are committed."""

    def close(self) -> None:
        """Leave; what was not acked is in the store anyway."""


class Bus(Protocol):
    """Wakes workers. Losing it loses no work: the sweeper announces again what is due."""

    def subscribe(self, instance: str, wake: threading.Event) -> Subscription:
        """Consume an instance's queue; `wake` is set whenever something comes."""

    def publish(self, ids: Iterable[tuple[UUID, str]]) -> None:
        """Announce deliveries, each (id, instance); raises BusUnavailable, and none counts as announced then."""

    def close(self) -> None:
        """Leave the bus."""
