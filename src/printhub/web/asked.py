"""What bodies of requests say, where it is the same for many routes."""

from typing import Annotated

from pydantic import Field, StringConstraints

from printhub.core.model.record import Record

Why = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class Reason(Record):
    """Why something is done: it is kept with the act."""

    why: Why


class Settlement(Reason):
    """What became of a call of which nobody knew."""

    done: Annotated[str, StringConstraints(min_length=1, max_length=256)] | None = Field(default=None)
    """The partner's reference where it was done; null where it was not."""
