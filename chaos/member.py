"""One process of a deployment: started with failpoints armed or without, killed, and waited for."""

import os
import signal
import subprocess
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

FAILPOINTS = "PRINTHUB_FAILPOINTS"
_TURNED_AWAY = 2
"""How a command exits that cannot begin."""
PATIENCE = 60.0
"""Seconds in which a process has to be ready; it takes one or two."""


class NotStarted(Exception):
    """A process ended, or said nothing, where it should have begun to work; its log says why."""


class Member:
    """A command that says a line beginning with `ready` once it works."""

    def __init__(
        self, name: str, command: Sequence[str], log: Path, environ: Mapping[str, str], stations: Collection[str]
    ) -> None:
        """Know how to start it; its output goes to `log`. `stations` are those whose failpoints it comes to."""
        self.name = name
        self.stations = frozenset(stations)
        self._command = list(command)
        self._log = log
        self._environ = dict(environ)
        self._process: subprocess.Popen[bytes] | None = None
        self._from = 0
        self.failpoints = ""
        """What was armed when it was started last."""

    @property
    def is_running(self) -> bool:
        """Whether it lives."""
        return self._process is not None and self._process.poll() is None

    def start(self, failpoints: str = "") -> None:
        """Start it, with these failpoints armed; returns at once."""
        self._from = self._log.stat().st_size if self._log.exists() else 0
        self.failpoints = failpoints
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self._environ, FAILPOINTS: failpoints},
            )

    def wait_ready(self) -> None:
        """Wait until it works; raises NotStarted."""
        self.wait_for("ready", PATIENCE)

    def wait_for(self, word: str, seconds: float) -> None:
        """Wait until it says a line that begins so, since it was started last; raises NotStarted."""
        deadline = time.monotonic() + seconds
        while not self._has_said(word.encode()):
            if self._was_turned_away() and time.monotonic() < deadline:
                time.sleep(0.5)
                self.start(self.failpoints)
            if not self.is_running or time.monotonic() > deadline:
                raise NotStarted(f"{self.name} did not come to say `{word}`: see {self._log}")
            time.sleep(0.02)

    def kill(self) -> bool:
        """`kill -9`; False when it was dead already."""
        if self._process is None or not self.is_running:
            return False
        self._process.send_signal(signal.SIGKILL)
        return self._process.wait(PATIENCE) == -signal.SIGKILL

    def died(self, seconds: float) -> bool:
        """Wait until it has died by SIGKILL; False when it lives on. Raises NotStarted when it ended by itself."""
        if self._process is None:
            return False
        try:
            code = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        if code == _TURNED_AWAY:
            return False
        if code != -signal.SIGKILL:
            raise NotStarted(f"{self.name} ended with {code}, and not by a failpoint: see {self._log}")
        return True

    def _was_turned_away(self) -> bool:
        """Whether it ended because the store was away when it started; a supervisor starts it again."""
        return self._process is not None and self._process.poll() == _TURNED_AWAY

    def stop(self) -> None:
        """SIGTERM, and wait; what does not end then is killed."""
        if self._process is None or not self.is_running:
            return
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()

    def _has_said(self, word: bytes) -> bool:
        with self._log.open("rb") as log:
            log.seek(self._from)
            return any(line.startswith(word) for line in log)
