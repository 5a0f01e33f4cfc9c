"""Processes of a contender: started, waited for until they say that they are ready, and ended."""

import queue
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

PATIENCE = 60.0
"""Seconds that a process may take to get ready, or to end."""


class Program:
    """A running process that says with a line that begins with `ready` that it is at work; its errors are shown."""

    def __init__(
        self, command: Sequence[str], folder: Path | None = None, environ: Mapping[str, str] | None = None
    ) -> None:
        self._command = " ".join(command)
        self._process = subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.PIPE, text=True)
        self.process = psutil.Process(self._process.pid)
        self._said: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read_lines, daemon=True)
        self._reader.start()

    def wait_until_ready(self) -> str:
        """Return the line that says that it is ready; raises RuntimeError when it does not get there."""
        while True:
            try:
                line = self._said.get(timeout=PATIENCE)
            except queue.Empty:
                raise RuntimeError(f"`{self._command}` was not ready within {PATIENCE:.0f} s") from None
            if line is None:
                raise RuntimeError(f"`{self._command}` ended before it was ready; its own message stands above")
            if line.startswith("ready"):
                return line

    def end(self) -> None:
        """Tell it to end, and wait until it has."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise RuntimeError(f"`{self._command}` did not end within {PATIENCE:.0f} s and was killed") from None
        self._reader.join(PATIENCE)

    def _read_lines(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - piped above
        with self._process.stdout as lines:
            for line in lines:
                self._said.put(line)
        self._said.put(None)
