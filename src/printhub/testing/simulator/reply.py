"""What the client of a simulated partner gets to see."""

from dataclasses import dataclass

from printhub.testing.simulator.answer import Answer
from printhub.testing.simulator.modes import Mode


@dataclass(frozen=True)
class Reply:
    """An answer in the manner of a mode, or an end without an answer."""

    answer: Answer | None
    mode: Mode
