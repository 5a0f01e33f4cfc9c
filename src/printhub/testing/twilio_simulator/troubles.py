"""How Twilio can misbehave on one request: scripted like the MIS simulator's modes, in Twilio's words."""

from collections.abc import Mapping

from printhub.testing.simulator.answer import Answer
from printhub.testing.simulator.modes import Mode, Work
from printhub.testing.twilio_simulator.refusal import error

TAKES = Mode.TAKES
"""Does the work and says so."""
COMMITS_THEN_DROPS = Mode.COMMITS_THEN_DROPS
"""Does the work, then resets the connection."""
DROPS_BEFORE_COMMIT = Mode.DROPS_BEFORE_COMMIT
"""Reads the request, does nothing, closes the connection."""
GARBAGE = Mode("garbage", Work.ALL, answer=Answer(201, b"\x00\xff<html>Welcome"))
"""Does the work, then 201 and bytes that are no JSON."""

_BROKEN = Answer.json(500, {"code": 20500, "message": "Internal Server Error", "more_info": "", "status": 500})

SERVER_ERROR = Mode("server_error", answer=_BROKEN)
"""500, nothing done."""
COMMITS_THEN_500 = Mode("commits_then_500", Work.ALL, answer=_BROKEN)
"""Does the work, then 500."""
OVERLOADED = Mode("overloaded", answer=Answer.json(503, {"code": 20503, "message": "Unavailable", "status": 503}))
"""503 from in front of the API, nothing done; who asks cannot know that."""
RATE_LIMITED = Mode("rate_limited", answer=error(20429, retry_after=7))
"""429 with Retry-After; never processed."""
WRONG_CREDENTIALS = Mode("wrong_credentials", answer=error(20003))
"""401, however good the credentials were."""


def refuses(code: int, quoted: Mapping[str, str] | None = None) -> Mode:
    """One of the codes of `CODES`; nothing done."""
    return Mode(f"refuses with {code}", answer=error(code, quoted or {}))


def hangs(seconds: float = 60.0) -> Mode:
    """Takes the request, does nothing and says nothing for so long."""
    return Mode.hangs(seconds)


def commits_then_hangs(seconds: float = 60.0) -> Mode:
    """Does the work at once, and says nothing for so long."""
    return Mode.commits_then_hangs(seconds)


def drips(pause: float = 0.1) -> Mode:
    """Does the work, then answers byte by byte."""
    return Mode.slow_drip(pause)
