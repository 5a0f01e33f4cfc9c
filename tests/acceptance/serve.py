"""A running `printhub serve` or `printhub work`: a real process, its lines and its logs."""

import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

PRINTHUB = str(Path(sys.executable).with_name("printhub"))
DEADLINE = 20.0


class Serve:
    """A running `printhub serve`, or another command that runs until it is told to stop."""

    def __init__(self, environ: dict[str, str], *command: str) -> None:
        self.process = subprocess.Popen(
            [PRINTHUB, *(command or ("serve",))], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self.log: list[str] = []
        self._readers = [
            threading.Thread(target=self._read, args=(self.process.stdout, self._lines.put), daemon=True),
            threading.Thread(target=self._read, args=(self.process.stderr, self.log.append), daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def line(self) -> str:
        """What it says next."""
        try:
            return self._lines.get(timeout=DEADLINE)
        except queue.Empty:
            raise AssertionError(f"it says nothing: {self.process.poll()}, {self.log}") from None

    def end(self, number: int) -> int:
        """Send a signal and wait for the end; returns the exit code."""
        self.process.send_signal(number)
        return self.ended()

    def ended(self) -> int:
        """Wait for the end; returns the exit code."""
        code = self.process.wait(DEADLINE)
        for reader in self._readers:
            reader.join(DEADLINE)
        return code

    def _read(self, stream: IO[str], keep: Callable[[str], None]) -> None:
        with stream:
            for line in stream:
                keep(line.rstrip("\n"))
