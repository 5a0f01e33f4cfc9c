"""A file of JSON lines that takes one line for each key: the partner of the echo adapters."""

import fcntl
import json
import os
from pathlib import Path
from typing import Any

from printhub import Absent, AdapterConfig, Call, CannotTell, Finding, Found, Report, Unavailable


class EchoConfig(AdapterConfig):
    file: Path
    """Where the lines go; its folder has to be there."""


class EchoBook:
    """Safe for threads and processes: a lock on the file is held from reading to writing."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def enter(self, call: Call, **facts: Any) -> Report:
        """Write a line unless the key has one; its number in the file is the reference."""
        call.sending()
        try:
            with self._file.open("a+b") as book:
                fcntl.flock(book, fcntl.LOCK_EX)
                book.seek(0)
                entries = [json.loads(line) for line in book]
                for number, entry in enumerate(entries, start=1):
                    if entry["key"] == call.key:
                        return Report.done(_reference(number))
                line = {"key": call.key, "verb": call.verb, "mode": call.mode, **facts}
                book.write(json.dumps(line).encode() + b"\n")
                book.flush()
                os.fsync(book.fileno())
                return Report.done(_reference(len(entries) + 1))
        except FileNotFoundError:
            raise Unavailable("the folder of the echo file is not there") from None

    def find(self, call: Call) -> Finding:
        """Tell whether the key has a line."""
        if not self._file.parent.is_dir():
            return CannotTell("the folder of the echo file is not there")
        for number, entry in enumerate(self.entries(), start=1):
            if entry["key"] == call.key:
                return Found(Report.done(_reference(number)))
        return Absent()

    def entries(self) -> list[dict[str, Any]]:
        """All lines."""
        if not self._file.exists():
            return []
        with self._file.open("rb") as book:
            fcntl.flock(book, fcntl.LOCK_SH)
            return [json.loads(line) for line in book]


def _reference(number: int) -> str:
    return f"ECHO-{number}"
