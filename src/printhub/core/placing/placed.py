"""What is placed, and where it is found to be afterwards."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, BinaryIO, Self

from printhub.core.model.errors import Rejected
from printhub.core.model.reports import Absent, CannotTell, Finding, Found, Report


class Whereabouts(StrEnum):
    """Where the files of one call are."""

    NEVER_CAME = "never_came"
    """Nothing of it was ever moved into the folder."""
    COMING = "coming"
    """Some of it was moved, and the rest waits to be: the same call, repeated, moves it."""
    WAITING = "waiting"
    """All of it was moved, and something still lies there."""
    TAKEN = "taken"
    """All of it was moved, and nothing lies there any more: the watcher has it."""
    REFUSED = "refused"
    """The watcher has put something of it where it puts what it cannot use."""
    UNKNOWN = "unknown"
    """Nobody can tell, because the staging folder with the slips is not there."""


@dataclass(frozen=True, slots=True)
class FileToPlace:
    """A file on its way: its name is a path below the watched folder, as `safe_path` makes one."""

    name: str
    open: Callable[[], BinaryIO] = field(repr=False)
    size: int | None = None
    """In bytes, where it is known."""
    sha256: str | None = None
    """Lower-case hex, where it is known."""

    @classmethod
    def of(cls, name: str, content: bytes) -> Self:
        """A file that was made here, such as a ticket or an empty trigger."""
        return cls(name, lambda: io.BytesIO(content))


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of a call, as far as the folder shows it."""

    whereabouts: Whereabouts
    names: tuple[str, ...] = ()
    """The files, from the watched folder on, in the order in which they were moved."""
    refused: str | None = None
    """The file that the watcher could not use."""
    awaited: bool = False
    """Whether a file counts as delivered only when the watcher has taken it."""

    def report(self, **facts: Any) -> Report:
        """The answer of the verb that placed it, with further `facts`; raises Rejected for what the watcher refused."""
        if self.whereabouts is Whereabouts.REFUSED:
            raise Rejected(f"the watcher of the folder could not use {self.refused}")
        reference = self.names[0].rpartition("/")[2] if self.names else None
        if self.awaited and self.whereabouts is not Whereabouts.TAKEN:
            return Report.accepted(reference, **({"detail": "in the folder; nobody has taken it yet"} | facts))
        return Report.done(reference, **facts)

    def finding(self, **facts: Any) -> Finding:
        """The answer of a lookup, with further `facts` for the report in it."""
        match self.whereabouts:
            case Whereabouts.NEVER_CAME | Whereabouts.COMING:
                return Absent()
            case Whereabouts.UNKNOWN:
                return CannotTell("the staging folder is not there, and with it what was placed")
            case _:
                try:
                    return Found(self.report(**facts))
                except Rejected as refused:
                    return Found(refused)
