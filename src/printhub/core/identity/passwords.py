"""Passwords: which are good enough, and how they are kept (argon2id, RFC 9106) and verified."""

import base64
import contextlib
import secrets
import threading
import unicodedata
from collections.abc import Iterator
from datetime import timedelta

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from printhub.core.model.errors import ActRefused, TooMany

SHORTEST = 12
"""Characters that a password must have. There are no rules of composition (NIST SP 800-63B, 3.1.1.2)."""
LONGEST = 256
"""Characters that it may have: more would only keep the hub busy."""
_AT_ONCE = 4  # each takes 64 MiB and four threads
_PATIENCE = 2.0  # seconds; who waits longer holds up others than those who sign in


class Passwords:
    """Keeps and verifies passwords, only a few at a time: each costs much memory, on purpose."""

    def __init__(self, parameters: Parameters = RFC_9106_LOW_MEMORY) -> None:
        """Work with these parameters; what was kept with others is recognised, and kept anew at the next login."""
        self._hasher = PasswordHasher.from_parameters(parameters)
        self._turn = threading.BoundedSemaphore(_AT_ONCE)
        self._nobody = _of_nobody(parameters)

    def kept(self, password: str) -> str:
        """What is kept of a password."""
        with self._in_turn():
            return self._hasher.hash(_as_bytes(password))

    def is_right(self, password: str, kept: str | None) -> bool:
        """Whether it is the password that was kept; where none was, it takes as long to say no."""
        with self._in_turn():
            try:
                self._hasher.verify(kept or self._nobody, _as_bytes(password[:LONGEST]))
            except (VerificationError, InvalidHashError):
                return False
        return kept is not None and len(password) <= LONGEST

    def is_outdated(self, kept: str) -> bool:
        """Whether it should be kept anew, as the parameters are now."""
        return self._hasher.check_needs_rehash(kept)

    @contextlib.contextmanager
    def _in_turn(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=_PATIENCE):
            raise TooMany("too many are signing in at this moment", timedelta(seconds=_PATIENCE))
        try:
            yield
        finally:
            self._turn.release()


def require_good(password: str, name: str) -> None:
    """Raise ActRefused for a password that a user of this name must not have."""
    length = len(unicodedata.normalize("NFKC", password))
    if length < SHORTEST:
        raise ActRefused(f"a password has {SHORTEST} characters at the least; this one has {length}")
    if len(password) > LONGEST:
        raise ActRefused(f"a password has {LONGEST} characters at the most; this one has {len(password)}")
    if password.strip().casefold() == name.casefold():
        raise ActRefused("the password must not be the name")


def _as_bytes(password: str) -> bytes:
    """One way to write the same letters, whatever keyboard they came from (NIST SP 800-63B, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def _of_nobody(parameters: Parameters) -> str:
    """What is kept of a password that nobody has: verifying against it takes as long as against one that is kept."""
    salt, hash_ = (
        base64.b64encode(secrets.token_bytes(length)).rstrip(b"=").decode()
        for length in (parameters.salt_len, parameters.hash_len)
    )
    costs = f"m={parameters.memory_cost},t={parameters.time_cost},p={parameters.parallelism}"
    return f"$argon2id$v={parameters.version}${costs}${salt}${hash_}"
