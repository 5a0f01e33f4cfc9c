"""What is measured: something that takes events, makes their calls, and keeps every outcome durably."""

import json
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol, Self

import psutil

Emit = Callable[[bytes], None]
"""Hands in one event and returns when it is durable."""


_SITE = "BENCH_SITE"


@dataclass(frozen=True, slots=True)
class Site:
    """Where a contender works: its folder, its partner's address, and the services that it may use."""

    folder: str
    sink: str
    postgresql: str = field(repr=False)
    """The URL of a server, without a database: each contender makes one of its own, named after `run`, and drops it."""
    amqp: str = field(repr=False)
    run: str
    """A word that no other run uses, for the names of databases and queues."""
    smtp: int = 25
    """The port of the mail server on this machine."""

    @property
    def path(self) -> Path:
        """The folder."""
        return Path(self.folder)

    def environ(self) -> dict[str, str]:
        """The environment of a process that is to work here: on a command line all could read the passwords."""
        return {**os.environ, _SITE: json.dumps(asdict(self))}

    @classmethod
    def of_environ(cls) -> Self:
        """The site that this process was given."""
        return cls(**json.loads(os.environ[_SITE]))


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
