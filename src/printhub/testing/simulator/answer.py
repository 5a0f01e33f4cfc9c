"""What a simulated partner says back over HTTP."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Answer:
    """One HTTP answer: the status, the bytes of the body, and headers besides its type and length."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, status: int, content: object, **headers: str) -> "Answer":
        """An answer in JSON; `retry_after="3"` becomes the header `Retry-After: 3`."""
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        return cls(status, json.dumps(content).encode(), named)

    @classmethod
    def error(cls, status: int, code: str, message: str, **headers: str) -> "Answer":
        """An error as the simulated MIS words it: `{"error": {"message", "code"}}`."""
        return cls.json(status, {"error": {"message": message, "code": code}}, **headers)
