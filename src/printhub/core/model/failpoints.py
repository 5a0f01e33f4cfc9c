"""Named places at which a process can be told to die, so that what a death there leaves behind can be tried."""

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeAlias

from printhub.core.model.errors import ConfigInvalid

VARIABLE = "PRINTHUB_FAILPOINTS"
"""The variable of the environment that arms failpoints in a process: `outcome.committed@3`, several with commas."""


class Failpoint(StrEnum):
    """A place just before or just after something is settled; `leaves` says what a death there leaves behind."""

    leaves: str

    def __new__(cls, value: str, leaves: str) -> "Failpoint":
        """Attach what a death there leaves behind."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.leaves = leaves
        return member

    INTAKE_BEFORE_COMMIT = (
        "intake.before_commit",
        "Nothing. Whoever stated the event was told nothing, and states it again.",
    )
    INTAKE_COMMITTED = (
        "intake.committed",
        "The event, with all that follows from it, but nobody was told: it is stated again and counts once.",
    )
    CLAIM_BEFORE_COMMIT = "claim.before_commit", "Nothing: the delivery is ready, as it was."
    CLAIM_COMMITTED = (
        "claim.committed",
        "A delivery in the hands of a dead worker that never called. Nobody can know that, so it becomes unknown.",
    )
    CALL_COMPOSED = (
        "call.composed",
        "The same, and its message may be frozen; no byte has left.",
    )
    CALL_SENT = (
        "call.sent",
        "A request that left whole, and perhaps an effect at the partner; its answer was not read.",
    )
    CALL_ANSWERED = "call.answered", "An effect whose answer was read by nobody who could write it down."
    OUTCOME_BEFORE_COMMIT = "outcome.before_commit", "The same: nothing of the outcome is on record."
    OUTCOME_COMMITTED = (
        "outcome.committed",
        "The outcome, its statuses and its successors; nobody was woken for them.",
    )
    RELAY_BEFORE_PUBLISH = "relay.before_publish", "Deliveries that are due and were announced to nobody."
    RELAY_PUBLISHED = (
        "relay.published",
        "Announcements that were not marked as made: they are made twice, and the second claim finds nothing.",
    )
    TIMERS_BEFORE_COMMIT = "timers.before_commit", "Timers that are due still."
    TIMERS_COMMITTED = "timers.committed", "What they freed; nobody was woken for it."
    FETCH_BEFORE_COMMIT = "fetch.before_commit", "A file in its folder that is not on record: it is fetched once more."
    FETCH_COMMITTED = "fetch.committed", "The file on record, and what it held back is free; nobody was woken for it."
    SWEEP_BEFORE_COMMIT = "sweep.before_commit", "The work of the dead still in their hands: it is taken up later."
    SWEEP_COMMITTED = "sweep.committed", "Work that was taken up and announced to nobody."
    RECOVER_BEFORE_COMMIT = (
        "recover.before_commit",
        "What an earlier process left, as it left it: the next start finds the work of both.",
    )
    RECOVER_COMMITTED = "recover.committed", "Work that was taken up at the start, and a hub that never served."


Reached: TypeAlias = Callable[[Failpoint], None]
"""What a station calls at a failpoint."""


def passed(point: Failpoint) -> None:
    """Go on: no failpoint is armed."""


def killed() -> None:
    """End this process as `kill -9` does, without any clean-up."""
    os.kill(os.getpid(), signal.SIGKILL)


class Armed:
    """Counts how often each failpoint is passed, and dies at the passage that was named."""

    def __init__(self, passages: Mapping[Failpoint, int], die: Callable[[], None] = killed) -> None:
        """Die at the passage, counted from 1, of each of these failpoints."""
        self._passages = dict(passages)
        self._die = die
        self._passed: Counter[Failpoint] = Counter()
        self._lock = threading.Lock()

    def __call__(self, point: Failpoint) -> None:
        """Pass a failpoint, or die there."""
        if point not in self._passages:
            return
        with self._lock:
            self._passed[point] += 1
            if self._passed[point] == self._passages[point]:
                self._die()


def armed(words: str) -> Reached:
    """Arm what `words` name, such as `claim.committed` or `relay.published@3, call.sent`; nothing where it is empty.

    Raises ConfigInvalid for a name that does not exist and for a passage that is no number from 1 on.
    """
    known = {str(point): point for point in Failpoint}
    passages: dict[Failpoint, int] = {}
    problems: list[str] = []
    for word in filter(None, (word.strip() for word in words.split(","))):
        name, at, passage = word.partition("@")
        if name not in known:
            problems.append(f"{VARIABLE}: there is no failpoint {name}; there are: {', '.join(known)}")
        elif at and not (passage.isascii() and passage.isdecimal() and int(passage) > 0):
            problems.append(f"{VARIABLE}: expected {name}@1, @2 and so on, found {word}")
        else:
            passages[known[name]] = int(passage or 1)
    if problems:
        raise ConfigInvalid(problems)
    return Armed(passages) if passages else passed
