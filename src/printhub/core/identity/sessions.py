"""Signing in and out: a password becomes a session, and a session's secret somebody who asks."""

import contextlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from printhub.core.identity import throttle
from printhub.core.identity.credentials import csrf_of, kept, looks_like_session, make_session
from printhub.core.identity.names import folded, is_name
from printhub.core.identity.noting import Noting
from printhub.core.identity.passwords import Passwords, require_good
from printhub.core.identity.recording import Recording
from printhub.core.model.access import Asker
from printhub.core.model.errors import ActRefused, Forbidden, NotAuthenticated, TooMany
from printhub.core.store import sessions, users
from printhub.core.store.sessions import Session
from printhub.core.store.store import Store, Tx
from printhub.core.store.users import User

IDLE = timedelta(hours=1)
"""After how long without use a session ends (NIST SP 800-63B, 2.2.3)."""
LONGEST = timedelta(hours=12)
"""After how long it ends in any case."""
_CLIENT = 100  # characters kept of where a session comes from
_WRONG = "name or password is wrong, or the user is disabled"
_ENDED = "the session is unknown or has ended: sign in"


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that just began. `secret` goes into the cookie, and is told this once; `csrf` into its forms."""

    secret: str = field(repr=False)
    csrf: str = field(repr=False)
    asker: Asker
    until: datetime
    must_change_password: bool
    """Whether the session is good for nothing but changing the password."""


class Sessions:
    """Who has signed in."""

    def __init__(self, store: Store, recording: Recording, passwords: Passwords, noting: Noting) -> None:
        """Keep sessions in `store`."""
        self._store = store
        self._recording = recording
        self._passwords = passwords
        self._noting = noting

    def login(self, name: str, password: str, *, client: str, instead_of: str | None = None) -> NewSession:
        """Begin a session; the one that the client had before, if its secret is given, ends with that.

        `client` is where it comes from: the address, as far as it can be trusted. Raises NotAuthenticated, which
        does not tell whether name or password was wrong and takes as long for both, and TooMany after failures.
        """
        user = self._verified(folded(name), password, client)
        made, now = make_session(), self._recording.now()
        session = Session(self._recording.new_id(), made.kept, user.id, _shown(client), now, now, now + LONGEST)

        def begin(tx: Tx) -> None:
            _require_unchanged(tx, user)
            throttle.succeeded(tx, user.name, client)
            sessions.clear_away(tx, over=now, unused_since=now - IDLE, tried_before=now - throttle.WINDOW)
            if instead_of is not None and looks_like_session(instead_of):
                sessions.end(tx, kept(instead_of))
            sessions.add(tx, session)

        self._store.write(begin)
        self._keep_anew(user, password)
        return NewSession(made.secret, csrf_of(made.secret), user.asker, session.until, user.must_change_password)

    def by_session(self, secret: str) -> tuple[Asker, str]:
        """Who signed in, and what the forms of the session must carry.

        Raises NotAuthenticated, and Forbidden while the user has to change the password first.
        """
        user = self._user_of(secret)
        if user.must_change_password:
            raise Forbidden(f"{user.subject} has to change the password first")
        return user.asker, csrf_of(secret)

    def change_password(self, secret: str, present: str, password: str, *, client: str) -> None:
        """Change the password of who signed in, and end their other sessions.

        Raises NotAuthenticated, also when `present` is not the present password; TooMany after failures; and
        ActRefused for a new one that is not good enough.
        """
        user = self._user_of(secret)
        require_good(password, user.name)
        if password == present:
            raise ActRefused("the new password has to be another than the present one")
        user = self._verified(user.name, present, client)
        anew, now = self._passwords.kept(password), self._recording.now()

        def change(tx: Tx) -> None:
            _require_unchanged(tx, user)
            throttle.succeeded(tx, user.name, client)
            users.change(tx, user.id, password=anew, password_at=now, must_change_password=False)
            sessions.end_of(tx, user.id, besides=kept(secret))
            self._recording.record(tx, "user-password", user.subject, by=user.subject, why="changed")

        self._store.write(change)

    def logout(self, secret: str) -> None:
        """End a session; nothing is said of one that is unknown or has ended."""
        if looks_like_session(secret):
            self._store.write(lambda tx: sessions.end(tx, kept(secret)))

    def _verified(self, name: str, password: str, client: str) -> User:
        now = self._recording.now()
        self._store.write(lambda tx: throttle.begin(tx, name, client, now))
        user = self._store.read(lambda tx: users.named(tx, name)) if is_name(name) else None
        right = self._passwords.is_right(password, user.password if user else None)
        if not right or user is None or user.disabled:
            raise NotAuthenticated(_WRONG)
        return user

    def _user_of(self, secret: str) -> User:
        found = (
            self._store.read(lambda tx: sessions.of_secret(tx, kept(secret))) if looks_like_session(secret) else None
        )
        now = self._recording.now()
        if found is None:
            raise NotAuthenticated(_ENDED)
        session, user = found
        if user.disabled or not stands(session, now):
            raise NotAuthenticated(_ENDED)
        self._noting.note(sessions.note_use, session.id, session.seen_at, now)
        return user

    def _keep_anew(self, user: User, password: str) -> None:
        """Keep a password by the present parameters; where too many are signing in, another time."""
        if not self._passwords.is_outdated(user.password):
            return
        with contextlib.suppress(TooMany):
            anew = self._passwords.kept(password)
            self._store.write(lambda tx: users.rehash(tx, user.id, was=user.password, password=anew))


def stands(session: Session, now: datetime) -> bool:
    """Whether a session has not ended by itself."""
    return now < session.until and now < session.seen_at + IDLE


def _require_unchanged(tx: Tx, user: User) -> None:
    """Raise NotAuthenticated where the password that was verified is the user's no more."""
    found = users.named(tx, user.name)
    if found is None or found.disabled or found.password_at != user.password_at:
        raise NotAuthenticated(_WRONG)


def _shown(client: str) -> str:
    return "".join(letter for letter in client if letter.isprintable())[:_CLIENT]
