"""How Stripe can misbehave on one request: scripted like the MIS simulator's modes, in Stripe's words."""

from printhub.testing.simulator.modes import Ending, Mode, Work
from printhub.testing.stripe_simulator.refusal import error

TAKES = Mode.TAKES
"""Does the work and says so."""
COMMITS_THEN_DROPS = Mode.COMMITS_THEN_DROPS
"""Does the work, then resets the connection."""
DROPS_BEFORE_COMMIT = Mode.DROPS_BEFORE_COMMIT
"""Reads the request, does nothing, closes the connection."""
GARBAGE = Mode.GARBAGE
"""Does the work, then 200 and bytes that are no JSON."""

_BROKEN = error(500, "Something went wrong on Stripe's end.", kind="api_error")

SERVER_ERROR = Mode("server_error", answer=_BROKEN)
"""500 in the middle of the work, which is undone; the key keeps the 500."""
COMMITS_THEN_500 = Mode("commits_then_500", Work.ALL, answer=_BROKEN)
"""Does the work, then 500; the key keeps the 500."""
OVERLOADED = Mode("overloaded", answer=error(503, "Stripe is temporarily unavailable.", kind="api_error"))
"""503 before any work; the key keeps nothing."""
RATE_LIMITED = Mode("rate_limited", answer=error(429, "Too many requests.", code="rate_limit", retry_after=7))
"""429 with Retry-After; nothing done."""
LOCK_TIMEOUT = Mode("lock_timeout", answer=error(429, "The object is locked.", code="lock_timeout"))
"""429 because another request holds the payment; nothing done."""
REFUSES = Mode("refuses", answer=error(400, "This charge cannot be refunded.", code="charge_not_refundable"))
"""400 for good; nothing done."""
KEY_EXPIRED = Mode("key_expired", answer=error(401, "Expired API Key provided: [masked]", code="api_key_expired"))
"""401, however good the key was."""


def hangs(seconds: float = 60.0) -> Mode:
    """Takes the request, does nothing and says nothing for so long; until then its key is in use."""
    return Mode("hangs", ending=Ending.CLOSE, delay=seconds)


def commits_then_hangs(seconds: float = 60.0) -> Mode:
    """Does the work at once, and says nothing for so long."""
    return Mode.commits_then_hangs(seconds)


def drips(pause: float = 0.1) -> Mode:
    """Does the work, then answers byte by byte."""
    return Mode.slow_drip(pause)


def takes_after(seconds: float) -> Mode:
    """Does the work only after so long, whether or not the client still listens; until then its key is in use."""
    return Mode.takes_after(seconds)
