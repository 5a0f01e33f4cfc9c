"""What is measured: something that takes events, makes their calls, and keeps every outcome durably."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psutil

Emit = Callable[[bytes], None]
"""Hands in one event and returns when it is durable."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where a contender works: its folder, its partner's address, and the services that it may use."""

    folder: str
    sink: str
    postgresql: str
    """The URL of a server, without a database: each contender makes one of its own, named after `run`, and drops it."""
    amqp: str
    run: str
    """A word that no other run uses, for the names of databases and queues."""

    @property
    def path(self) -> Path:
        """The folder."""
        return Path(self.folder)


class Contender(Protocol):
    """One way to do the work. `prepare`, then `start` and `stop` as often as you like, then `remove`."""

    name: str

    def why_not(self) -> str | None:
        """Why it cannot be measured here, in words; None where it can."""

    def prepare(self) -> None:
        """Make everything empty."""

    def start(self) -> None:
        """Start the processes that make calls; returns when they are ready."""

    def stop(self) -> None:
        """Stop them."""

    def remove(self) -> None:
        """Remove what `prepare` made."""

    def processes(self) -> list[psutil.Process]:
        """The processes that make calls."""

    def outcomes(self) -> int:
        """How many calls have a durable outcome."""

    def emitter(self) -> AbstractContextManager[Emit]:
        """A way to hand events in from this process, for several threads at once."""
