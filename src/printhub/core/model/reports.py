"""What an adapter answers: a Report of a call, or what a lookup found."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from pydantic import Field, JsonValue, field_validator
from pydantic_core import to_json

from printhub.core.model.errors import Rejected
from printhub.core.model.record import Message, Timestamp
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Verb

MEMO_LIMIT = 16 * 1024
"""Bytes of JSON that a memo may have."""


class Outcome(StrEnum):
    """How a call ended, in the partner's words as the adapter understood them."""

    DONE = "done"
    """It happened."""
    ACCEPTED = "accepted"
    """The partner took it and will judge later, by callback, poll or lookup."""
    ACTION_REQUIRED = "action_required"
    """The partner wants data or a confirmation before it goes on."""
    PARTIAL = "partial"
    """Some parts arrived and others failed; `parts` names those that arrived."""
    SKIPPED = "skipped"
    """There was nothing to do."""


class Progress(Message):
    """A further status that the partner's answer or callback told of."""

    status: JobStatus
    label: str | None = None
    detail: str = ""
    at: Timestamp | None = None
    """The partner's own time, if it gave one."""


class Report(Message):
    """The answer to one call. Make one with `Report.done(...)`, `Report.accepted(...)` and so on."""

    outcome: Outcome
    reference: str | None = Field(default=None, max_length=256)
    """The partner's id for what was made; callbacks and lookups find their way by it."""
    detail: str = ""
    """A sentence for operators."""
    covers: frozenset[Verb] = frozenset()
    """Verbs of the same job that this call settled too."""
    parts: frozenset[str] = frozenset()
    """The parts that arrived, where a call delivers several."""
    progress: tuple[Progress, ...] = ()
    memo: JsonValue = None
    """What the adapter wants to be told again in `call.earlier`; at most 16 KB of JSON."""

    @field_validator("memo")
    @classmethod
    def _memo_is_small(cls, memo: JsonValue) -> JsonValue:
        if memo is not None and len(to_json(memo)) > MEMO_LIMIT:
            raise ValueError(f"a memo may have {MEMO_LIMIT} bytes of JSON at the most")
        return memo

    @classmethod
    def done(cls, reference: str | None = None, **facts: object) -> Self:
        """It happened."""
        return cls.model_validate({"outcome": Outcome.DONE, "reference": reference, **facts})

    @classmethod
    def accepted(cls, reference: str | None = None, **facts: object) -> Self:
        """The partner took it and will judge later."""
        return cls.model_validate({"outcome": Outcome.ACCEPTED, "reference": reference, **facts})

    @classmethod
    def action_required(cls, detail: str, **facts: object) -> Self:
        """The partner wants something first; `detail` says what."""
        return cls.model_validate({"outcome": Outcome.ACTION_REQUIRED, "detail": detail, **facts})

    @classmethod
    def partial(cls, parts: frozenset[str], detail: str, **facts: object) -> Self:
        """Only `parts` arrived; `detail` says what became of the rest."""
        return cls.model_validate({"outcome": Outcome.PARTIAL, "parts": parts, "detail": detail, **facts})

    @classmethod
    def skipped(cls, detail: str, **facts: object) -> Self:
        """There was nothing to do; `detail` says why."""
        return cls.model_validate({"outcome": Outcome.SKIPPED, "detail": detail, **facts})


@dataclass(frozen=True, slots=True)
class Found:
    """The call did arrive; `report` is what it returned, or would have, or how the partner refused it."""

    report: Report | Rejected


@dataclass(frozen=True, slots=True)
class Absent:
    """The partner is certain that the call never arrived."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """The partner cannot say; `why` is shown to operators."""

    why: str = ""


Finding = Found | Absent | CannotTell
"""What a lookup answers."""
