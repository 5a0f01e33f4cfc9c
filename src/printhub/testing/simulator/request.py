"""A request as it came to a simulated partner."""

from collections.abc import Mapping
from dataclasses import dataclass

from printhub.testing.simulator.body import Body


@dataclass(frozen=True)
class Request:
    """One HTTP request, its body not yet read."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]  # by lower-case name
    body: Body

    @property
    def key(self) -> str | None:
        """The idempotency key."""
        return self.headers.get("idempotency-key")
