"""The other end of the child process that renders: starts it, asks it, and ends it when it does not answer."""

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from printhub.core.model.errors import TemplateInvalid, Unavailable
from printhub.core.templates.bounds import MEMORY, SECONDS

_START_WITHIN = 60
"""Seconds that a child may take to start: it imports much, and the machine may be busy."""


class TooSlow(TemplateInvalid):
    """No answer came in time: by the template's fault, unless the machine stood still for a moment."""


class Child:
    """One child process, started when it is first asked. Not shared between threads."""

    def __init__(self, platform: Path | None) -> None:
        """Let it take templates from the platform's folder."""
        self._arguments = [sys.executable, "-m", "printhub.core.templates.worker"]
        self._arguments += [str(platform)] if platform else []
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()

    def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Ask, and return the answer; raises TooSlow where none comes in time, and the child is ended then.

        Raises TemplateInvalid where the template breaks it, and Unavailable where none can be started.
        """
        process = self._running()
        name = question["notification"]
        try:
            if process.stdin is None:
                raise BrokenPipeError
            process.stdin.write(json.dumps(question) + "\n")
            process.stdin.flush()
            line = self._answers.get(timeout=SECONDS)
        except (queue.Empty, OSError):
            self.close()
            why = f"a template takes longer than {SECONDS} s, or more than {MEMORY // 2**20} MB"
            raise TooSlow(f"{name}: {why}") from None
        if not line:
            self.close()
            raise TemplateInvalid(f"{name}: a template takes more than {MEMORY // 2**20} MB, or breaks the sandbox")
        found: dict[str, Any] = json.loads(line)
        return found

    def close(self) -> None:
        """End the child."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()

    def _running(self) -> subprocess.Popen[str]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        # The hub's secrets in the environment are none of a template's business.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PRINTHUB_")}
        process = subprocess.Popen(  # noqa: S603 - this very program
            self._arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            env=environment,
            start_new_session=True,  # Ctrl-C is for the hub, which ends it
        )
        answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=_read, args=(process.stdout, answers), name="templates", daemon=True).start()
        self._process, self._answers = process, answers
        try:
            ready = answers.get(timeout=_START_WITHIN)
        except queue.Empty:
            ready = ""
        if not ready:
            self.close()
            raise Unavailable("the process that renders messages does not start; the hub's log may say why")
        return process


def _read(stream: IO[str] | None, answers: "queue.SimpleQueue[str]") -> None:
    """Pass lines on; an empty one says that the child is gone."""
    if stream is not None:
        try:
            for line in stream:
                answers.put(line)
        except (OSError, ValueError):  # closed while it was read
            pass
    answers.put("")
