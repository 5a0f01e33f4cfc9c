"""Every request that reached the MIS, in order, and what became of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Seen:
    """One request. It stands in the journal as soon as its body is read (or has broken off), before any work."""

    number: int
    """Counted from 1 over all requests."""
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str] = field(repr=False)
    """By lower-case name."""
    body: bytes = field(repr=False)
    """At most its first 256 KiB; `size` counts all of it."""
    size: int
    verb: str
    """Empty where the MIS has no such route."""
    job: str | None
    """The hub's job id, if the request or the MIS's books name it."""
    key: str | None
    mode: str = ""
    """The name of the mode that it met; empty if it met none (refused at the door, no such route, broken off)."""
    status: int | None = None
    """None as long as, or because, nothing was answered."""
    happened: str = "working"
    """`working`, `answered`, `closed`, `reset`, or `broken off` (by the client, within the body)."""
    until: int | None = None
    """The number of the newest request when this one ended, so that it is seen which ran side by side."""

    def json(self) -> Any:  # noqa: ANN401 - a test indexes into it, whatever it is
        """The body as JSON."""
        return json.loads(self.body)


class Journal:
    """Append, and complete what was appended."""

    def __init__(self) -> None:
        self._seen: list[Seen] = []

    def add(self, seen: Seen) -> int:
        """Write the request down; returns its number, whatever number it came with."""
        number = len(self._seen) + 1
        self._seen.append(replace(seen, number=number))
        return number

    def complete(self, number: int, happened: str, status: int | None) -> None:
        """Note how the request of that number ended."""
        ended = replace(self._seen[number - 1], happened=happened, status=status, until=len(self._seen))
        self._seen[number - 1] = ended

    def read(self) -> tuple[Seen, ...]:
        """All requests so far."""
        return tuple(self._seen)
