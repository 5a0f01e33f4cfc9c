"""How often a password may be tried: counted by user and by client, in the store, for all processes together.

What was typed as a name may have been the password, and where somebody came from is theirs: what is kept of both is 32
bits of a hash, which is enough to count by and too little to tell what it was.
"""

import hashlib
from datetime import datetime, timedelta

from printhub.core.model.errors import TooMany
from printhub.core.store import sessions
from printhub.core.store.serial import one_at_a_time
from printhub.core.store.sessions import Attempts
from printhub.core.store.store import Tx

WINDOW = timedelta(minutes=15)
"""How long failures count, from the first one on."""
BY_USER = 10
"""Failures of one user's name in that time."""
BY_CLIENT = 50
"""Failures from one client in that time: many people may share its address."""


def begin(tx: Tx, name: str, client: str, now: datetime) -> None:
    """Count a try as one that fails, before it is made, so that many at once are counted; raises TooMany."""
    limits = {_subject("user", name): BY_USER, _subject("client", client): BY_CLIENT}
    one_at_a_time(tx, [f"login {subject}" for subject in limits])
    known = sessions.attempts(tx, limits)
    for subject, limit in limits.items():
        found = known.get(subject)
        if found is None or not found.since <= now < found.since + WINDOW:
            known[subject] = Attempts(0, now)
        elif found.failures >= limit:
            raise TooMany("a wrong password was given too often; wait, and try again", found.since + WINDOW - now)
    for subject in limits:
        sessions.count(tx, subject, Attempts(known[subject].failures + 1, known[subject].since))


def succeeded(tx: Tx, name: str, client: str) -> None:
    """The try that was counted did not fail: forget those of this user, and take it off the client's."""
    one_at_a_time(tx, [f"login {_subject('user', name)}", f"login {_subject('client', client)}"])
    subject = _subject("client", client)
    found = sessions.attempts(tx, [subject]).get(subject)
    if found is not None:
        sessions.count(tx, subject, Attempts(max(found.failures - 1, 0), found.since))
    forget_user(tx, name)


def forget_user(tx: Tx, name: str) -> None:
    """Let a user try again at once."""
    sessions.forget(tx, _subject("user", name))


def _subject(kind: str, who: str) -> str:
    return hashlib.sha256(f"{kind} {who}".encode("utf-8", "surrogatepass")).hexdigest()[:8]
