"""What both task queues have in common: a worker in a process of its own."""

import sys

import psutil

from bench.engine.contender import Site
from bench.engine.programs import Program


class Peer:
    """A task queue whose worker is `python -m bench.engine.peers NAME`."""

    name: str

    def __init__(self, site: Site) -> None:
        self._site = site
        self._program: Program | None = None

    def start(self) -> None:
        """Start the worker."""
        command = [sys.executable, "-m", "bench.engine.peers", self.name]
        self._program = Program(command, environ=self._site.environ())
        self._program.wait_until_ready()

    def stop(self) -> None:
        """End it."""
        program, self._program = self._program, None
        if program is not None:
            program.end()

    def processes(self) -> list[psutil.Process]:
        """The worker's."""
        return [self._program.process] if self._program is not None else []
