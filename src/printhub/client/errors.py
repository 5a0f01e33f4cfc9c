"""What a client raises.

HubError
├── HubRefused      the hub answered that it does not do this; asking again as it is brings the same
└── HubUnreachable  the hub did not answer, or cannot for now; what was asked may or may not have been done
"""

from typing import Any


class HubError(Exception):
    """The root of what a client raises."""


class HubRefused(HubError):
    """The hub refused; `problem` is what it said (RFC 9457), `status` the HTTP status."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        """Take the hub's words."""
        super().__init__(f"{problem.get('title', 'refused')} ({status}): {problem.get('detail', '')}")
        self.status = status
        self.problem = problem

    @property
    def code(self) -> str | None:
        """The reason for programs, where there is one: `same_id`, `unknown_source`."""
        code = self.problem.get("code")
        return code if isinstance(code, str) else None


class HubUnreachable(HubError):
    """The hub did not answer in time, or said that it cannot for now, however often it was tried."""
