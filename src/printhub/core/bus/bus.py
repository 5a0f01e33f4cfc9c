"""What a bus is to those who use it: `MemoryBus` within one process, `RabbitBus` between many."""

import threading
from collections.abc import Iterable
from typing import Protocol
from uuid import UUID


class Subscription(Protocol):
    """One instance's end of the bus, used by one thread alone."""

    def drain(self) -> int:
        """Take what has arrived, without waiting for the network; returns how many messages wait to be acked."""

    def ack(self) -> None:
        """Confirm what was drained: its claims are committed."""

    def close(self) -> None:
        """Leave; whatever was not acked is in the store anyway."""


class Bus(Protocol):
    """Wakes those who work for an instance, and carries nothing but ids."""

    def subscribe(self, instance: str, wake: threading.Event) -> Subscription:
        """Hear what is announced to an instance; `wake` is set whenever something arrives."""

    def publish(self, ids: Iterable[tuple[UUID, str]]) -> None:
        """Announce deliveries, each (id, instance), from one thread alone.

        Raises BusUnavailable when it is not certain that all of them are on the bus; then none counts as announced.
        """

    def close(self) -> None:
        """Leave the bus for good, quickly, whatever state it is in."""
