"""Waits for outcomes, says how far it is, and gives up where nothing moves any more."""

import sys
import time
from collections.abc import Callable
from typing import Protocol

from bench.engine.contender import Contender

STUCK_SECONDS = 60.0
"""How long nothing may move before it is given up."""
_LOOK = 0.05
_LOOK_CLOSELY = 0.002
_TELL = 5.0


class Counts(Protocol):
    """The other end of the calls."""

    def count(self) -> int:
        """How many came."""


class Stuck(Exception):
    """What was waited for does not come; the message says how far it came."""


def say(line: str) -> None:
    """Show a line about how far it is, apart from the figures."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def wait_for_outcomes(
    who: Contender,
    partner: Counts,
    wanted: int,
    *,
    look: Callable[[], None] = lambda: None,
    what: str = "",
    closely: bool = False,
) -> float:
    """Wait until so many outcomes are durable; returns when they were (monotonic seconds). Raises Stuck.

    As long as calls are missing only the sink is asked, so that looking costs the contender nothing; `closely` is for
    what takes a moment only.
    """
    pause = _LOOK_CLOSELY if closely else _LOOK
    moved = told = time.monotonic()
    before = -1
    while True:
        calls = partner.count()
        outcomes = who.outcomes() if calls >= wanted else 0
        now = time.monotonic()
        if outcomes >= wanted:
            return now
        if calls + outcomes != before:
            moved, before = now, calls + outcomes
        elif now - moved > STUCK_SECONDS:
            detail = f"{calls} calls and {who.outcomes()} outcomes of {wanted}"
            raise Stuck(f"{who.name}: nothing moved for {STUCK_SECONDS:.0f} s; there are {detail}")
        if what and now - told > _TELL:
            told = now
            say(f"{who.name}, {what}: {calls} of {wanted} calls")
        look()
        time.sleep(_LOOK_CLOSELY if calls >= wanted else pause)
