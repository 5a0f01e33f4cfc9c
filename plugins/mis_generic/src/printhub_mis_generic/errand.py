"""One verb of one job, with all that its request is made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from printhub import Call
from printhub_mis_generic.answers import Asked
from printhub_mis_generic.artwork import Piece


@dataclass(frozen=True)
class Errand:
    """`files` are those that are still to be delivered; `reference` is the MIS's id of the job, once it gave one."""

    call: Call
    facts: Mapping[str, Any] = field(repr=False)
    files: tuple[Piece, ...] = field(repr=False)
    redact: Callable[[str], str] = field(repr=False)
    job: str
    reference: str | None = None

    def asked(self, *, repeatable: bool) -> Asked:
        """What an answer to it is about."""
        return Asked(
            what=str(self.call.verb),
            redact=self.redact,
            reference=self.reference,
            ours=(self.job, self.call.key),
            repeatable=repeatable,
        )
