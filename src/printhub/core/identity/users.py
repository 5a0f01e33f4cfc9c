"""Making, changing and ending users. Whoever does it can give no more than they have themselves."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from printhub.core.identity import throttle
from printhub.core.identity.giving import may_end, require_may_end, require_may_give
from printhub.core.identity.names import folded, is_name, require_name
from printhub.core.identity.passwords import Passwords, require_good
from printhub.core.identity.recording import Recording, given
from printhub.core.identity.sessions import stands
from printhub.core.model.access import Asker, Right, Role
from printhub.core.model.errors import ActRefused, NotFound
from printhub.core.store import sessions
from printhub.core.store import users as rows
from printhub.core.store.serial import one_at_a_time
from printhub.core.store.sessions import Session
from printhub.core.store.store import Store, Tx
from printhub.core.store.users import User

FIRST = "administrator"
"""The name of the user that a fresh hub makes."""


class Users:
    """Who may sign in.

    All acts raise Forbidden for who may not do that, NotFound for a user that the asker does not see (one who is for
    more storefronts than they are), and ActRefused for what nobody can do.
    """

    def __init__(self, store: Store, recording: Recording, passwords: Passwords) -> None:
        """Keep users in `store`."""
        self._store = store
        self._recording = recording
        self._passwords = passwords

    def listed(self, by: Asker) -> Sequence[User]:
        """The users that somebody looks after, by name."""
        by.require(Right.ADMINISTER)
        return [user for user in self._store.read(rows.listed) if may_end(by, user.storefronts)]

    def named(self, name: str, by: Asker) -> User:
        """One of them."""
        return self._store.read(lambda tx: _find(tx, name, by))

    def sessions(self, name: str, by: Asker) -> Sequence[Session]:
        """Where one of them is signed in, the newest first."""
        found, now = self._store.read(lambda tx: sessions.of_user(tx, _find(tx, name, by).id)), self._recording.now()
        return [session for session in found if stands(session, now)]

    def add(
        self,
        name: str,
        role: Role,
        storefronts: AbstractSet[str] | None,
        password: str,
        *,
        by: Asker,
        why: str = "made",
        must_change_password: bool = True,
    ) -> User:
        """Make a user for these storefronts, or for all. The password is to be changed first, unless it is theirs."""
        require_may_give(by, role, storefronts)
        user = self._made(name, role, storefronts, password, by.name, must_change_password=must_change_password)

        def write(tx: Tx) -> User:
            one_at_a_time(tx, [user.subject])
            if rows.named(tx, user.name) is not None:
                raise ActRefused(f"there is a user {user.name} already")
            self._keep(tx, user, why)
            return user

        return self._store.write(write)

    def first(self, password: str) -> User | None:
        """Make an administrator of the platform where there is no user at all; None where there is one."""
        user = self._made(FIRST, Role.PLATFORM_ADMINISTRATOR, None, password, "hub", must_change_password=True)

        def write(tx: Tx) -> User | None:
            one_at_a_time(tx, ["the first user"])
            if rows.any_there(tx):
                return None
            self._keep(tx, user, "the first user")
            return user

        return self._store.write(write)

    def change(
        self, name: str, role: Role, storefronts: AbstractSet[str] | None, *, by: Asker, why: str = "changed"
    ) -> User:
        """Give a user another role, or other storefronts; it counts at once, in sessions that are open too."""
        require_may_give(by, role, storefronts)

        def write(tx: Tx) -> User:
            user = _find(tx, name, by)
            require_may_give(by, user.role, user.storefronts)
            rows.change(tx, user.id, role=role, storefronts=storefronts)
            self._recording.record(tx, "user-change", user.subject, by=by.name, why=why, **given(role, storefronts))
            return _find(tx, name, by)

        return self._store.write(write)

    def set_password(
        self, name: str, password: str, *, by: Asker, why: str = "set", must_change_password: bool = True
    ) -> User:
        """Give a user another password, end all their sessions, and let them try again at once."""
        known = self.named(name, by)
        require_may_give(by, known.role, known.storefronts)
        require_good(password, known.name)
        anew, now = self._passwords.kept(password), self._recording.now()

        def write(tx: Tx) -> User:
            user = _find(tx, name, by)
            require_may_give(by, user.role, user.storefronts)
            rows.change(tx, user.id, password=anew, password_at=now, must_change_password=must_change_password)
            sessions.end_of(tx, user.id)
            throttle.forget_user(tx, user.name)
            self._recording.record(tx, "user-password", user.subject, by=by.name, why=why)
            return _find(tx, name, by)

        return self._store.write(write)

    def disable(self, name: str, *, by: Asker, why: str = "disabled") -> User:
        """Let a user sign in no more, and end all their sessions. Tokens that they made go on."""

        def write(tx: Tx) -> User:
            user = _find(tx, name, by)
            require_may_end(by, user.storefronts)
            if user.disabled:
                raise ActRefused(f"the user {user.name} is disabled already")
            rows.change(tx, user.id, disabled=True)
            sessions.end_of(tx, user.id)
            self._recording.record(tx, "user-disable", user.subject, by=by.name, why=why)
            return _find(tx, name, by)

        return self._store.write(write)

    def enable(self, name: str, *, by: Asker, why: str = "enabled") -> User:
        """Let a user sign in again who was disabled."""

        def write(tx: Tx) -> User:
            user = _find(tx, name, by)
            require_may_give(by, user.role, user.storefronts)
            if not user.disabled:
                raise ActRefused(f"the user {user.name} is not disabled")
            rows.change(tx, user.id, disabled=False)
            self._recording.record(tx, "user-enable", user.subject, by=by.name, why=why)
            return _find(tx, name, by)

        return self._store.write(write)

    def logout(self, name: str, *, by: Asker, why: str = "logged out") -> int:
        """End all sessions of a user; returns how many."""

        def write(tx: Tx) -> int:
            user = _find(tx, name, by)
            ended = sessions.end_of(tx, user.id)
            self._recording.record(tx, "user-logout", user.subject, by=by.name, why=why)
            return ended

        return self._store.write(write)

    def _made(
        self,
        name: str,
        role: Role,
        storefronts: AbstractSet[str] | None,
        password: str,
        by: str,
        *,
        must_change_password: bool,
    ) -> User:
        name = require_name(name)
        require_good(password, name)
        now = self._recording.now()
        return User(
            id=self._recording.new_id(),
            name=name,
            role=role,
            storefronts=None if storefronts is None else frozenset(storefronts),
            password=self._passwords.kept(password),
            password_at=now,
            must_change_password=must_change_password,
            disabled=False,
            made_at=now,
            made_by=by,
        )

    def _keep(self, tx: Tx, user: User, why: str) -> None:
        rows.add(tx, user)
        facts = given(user.role, user.storefronts)
        self._recording.record(tx, "user-add", user.subject, by=user.made_by, why=why, **facts)


def _find(tx: Tx, name: str, by: Asker) -> User:
    by.require(Right.ADMINISTER)
    found = rows.named(tx, folded(name)) if is_name(folded(name)) else None
    if found is None or not may_end(by, found.storefronts):
        raise NotFound("there is no such user; `printhub users list` shows those that there are")
    return found
