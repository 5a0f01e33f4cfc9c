"""The sink from outside: starts its process, asks it what arrived, makes it hang."""

import json
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import psutil


@dataclass(frozen=True, slots=True)
class Arrived:
    """One call that arrived: what was asked, for which job, when (monotonic seconds), and the bytes of its body."""

    call: str
    job: str
    at: float
    size: int


class Partner:
    """A running sink; a context manager that ends it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.engine.sink"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None  # noqa: S101 - piped above
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the sink did not start; its own message stands above")
        self.url = f"http://127.0.0.1:{int(line)}"
        self.process = psutil.Process(self._process.pid)

    def __enter__(self) -> Self:
        """The sink, serving."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End it."""
        self.release()
        self._process.communicate(timeout=10)  # which closes its standard input

    def count(self) -> int:
        """How many calls arrived since it last forgot."""
        return int(self._ask("count"))

    def arrived(self) -> list[Arrived]:
        """All calls that arrived since it last forgot."""
        return [
            Arrived(call, job, at, size)
            for path, at, size in json.loads(self._ask("calls"))
            for call, _, job in [path.rpartition("/")]
        ]

    def forget(self) -> None:
        """Begin a new count."""
        self._ask("forget")

    def hang(self, instance: str) -> None:
        """Answer nothing to this instance until `release`."""
        self._ask(f"hang/{instance}")

    def release(self) -> None:
        """Give all answers that were kept back, and hang no more."""
        self._ask("release")

    def _ask(self, what: str) -> bytes:
        with urllib.request.urlopen(f"{self.url}/-/{what}", timeout=30) as answer:  # noqa: S310 - our own loopback
            read: bytes = answer.read()
        return read
