"""Whether a process can take work: it has begun, it is not about to end, and what it needs is there."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from printhub.core.model.errors import PrintHubError

Check = Callable[[], None]
"""Looks whether something is there; raises a PrintHubError that says what is wrong and what to do."""

OK = "ok"


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of a look: of each check `ok`, or what is wrong."""

    checks: Mapping[str, str]

    @property
    def ready(self) -> bool:
        """Whether nothing is wrong."""
        return all(found == OK for found in self.checks.values())


class Readiness:
    """Answers `/readyz`; a process is not ready before `begin`, nor after `end`."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        """`checks` are made at each look, one after the other."""
        self._checks = dict(checks)
        self._gate = threading.Lock()
        self._process = "it has not begun yet"

    def begin(self) -> None:
        """All parts of the process are at work."""
        self._process = OK

    def end(self) -> None:
        """The process takes no more work: it lets end what it has begun."""
        self._process = "it is about to end"

    def look(self) -> Looked:
        """Make the checks, unless the process is not ready anyhow."""
        if self._process != OK:
            return Looked({"process": self._process})
        with self._gate:  # those who ask twice as fast as a check takes would hold up each other for ever
            return Looked({"process": OK} | {name: _made(check) for name, check in self._checks.items()})


def _made(check: Check) -> str:
    try:
        check()
    except PrintHubError as error:
        return str(error)
    return OK
