"""Secrets as the hub makes, keeps and recognises them.

A token is `phk_`, its public id, and a secret number of 256 bits: the prefix lets scanners find one that leaked, the
public id tells which it is. A session's secret is such a number alone. Neither is kept: what is kept is its SHA-256,
which is enough for what nobody can guess.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

PREFIX = "phk_"
"""What every token begins with."""
_TOKEN = re.compile(r"phk_([0-9a-f]{12})_[0-9a-f]{64}", re.ASCII)
_SESSION = re.compile(r"[0-9a-f]{64}", re.ASCII)
_PLAIN = "23456789abcdefghjkmnpqrstuvwxyz"  # none of them looks like another
_GROUPS, _LETTERS = 5, 4


@dataclass(frozen=True, slots=True)
class Made:
    """A secret that was just made, and what is kept of it."""

    secret: str = field(repr=False)
    kept: str = field(repr=False)
    public: str = ""


def make_token() -> Made:
    """Make a token."""
    public = secrets.token_hex(6)
    secret = f"{PREFIX}{public}_{secrets.token_hex(32)}"
    return Made(secret, kept(secret), public)


def make_session() -> Made:
    """Make a session's secret."""
    secret = secrets.token_hex(32)
    return Made(secret, kept(secret))


def make_password() -> str:
    """Make a password of 99 bits that can be read out and typed."""
    groups = ("".join(secrets.choice(_PLAIN) for _ in range(_LETTERS)) for _ in range(_GROUPS))
    return "-".join(groups)


def public_of(token: str) -> str | None:
    """The public id of what looks like a token."""
    found = _TOKEN.fullmatch(token)
    return found[1] if found else None


def looks_like_session(secret: str) -> bool:
    """Whether it can be the secret of a session."""
    return _SESSION.fullmatch(secret) is not None


def kept(secret: str) -> str:
    """What is kept of a secret: its SHA-256 in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two are the same; how long it takes does not tell how much of them is."""
    return hmac.compare_digest(one.encode(), other.encode())


def csrf_of(session: str) -> str:
    """What the forms of a session carry: made of its secret, which it does not give away, so that it is not kept."""
    return hmac.new(session.encode(), b"printhub csrf", hashlib.sha256).hexdigest()
