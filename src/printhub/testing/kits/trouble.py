"""What can go wrong at a partner: a kit asks for it, and the author's hook makes it happen."""

from enum import StrEnum


class Trouble(StrEnum):
    """What the next call of a verb meets at the partner."""

    DOWN = "down"
    """Connections are refused, for every verb."""
    HANGS = "hangs"
    """The request is taken and carried out; no answer comes before the deadline."""
    DRIPS = "drips"
    """The request is carried out; the answer comes bit by bit, and is not complete at the deadline."""
    COMMITS_THEN_DROPS = "commits_then_drops"
    """The request is carried out; the connection is cut before any answer."""
    SERVER_ERROR = "server_error"
    """The answer is a server's own failure, such as 500, that says nothing of the effect."""
    GARBAGE = "garbage"
    """The answer is a success by its code, and cannot be read."""
    REFUSES = "refuses"
    """The partner refuses this job's content for good."""
    ASKS_FOR_MORE = "asks_for_more"
    """The partner wants data or a confirmation before it goes on."""
    WRONG_CREDENTIALS = "wrong_credentials"
    """The partner does not know who is calling, such as 401."""
    TOO_MANY = "too_many"
    """The partner wants fewer calls and says for how long, such as 429 with Retry-After."""


TELLING = (Trouble.WRONG_CREDENTIALS, Trouble.SERVER_ERROR, Trouble.COMMITS_THEN_DROPS, Trouble.DOWN)
"""Those whose errors are looked at for what should not be told."""
