"""The front of identity: what doors ask of it."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from printhub.core.identity import giving
from printhub.core.identity.credentials import make_password
from printhub.core.identity.noting import Noting
from printhub.core.identity.passwords import Passwords
from printhub.core.identity.recording import Recording
from printhub.core.identity.sessions import NewSession, Sessions
from printhub.core.identity.tokens import Tokens
from printhub.core.identity.users import Users
from printhub.core.model.access import Asker
from printhub.core.store.store import Store


class Identity:
    """Tells who asks, and keeps the users and tokens by which that is told."""

    may_give = staticmethod(giving.may_give)

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        new_id: Callable[[], UUID],
        passwords: Passwords | None = None,
    ) -> None:
        """Keep all of it in `store`; `passwords` is for tests, which need no costly ones."""
        passwords = passwords or Passwords()
        recording = Recording(now, new_id)
        self._noting = Noting(store)
        self.sessions = Sessions(store, recording, passwords, self._noting)
        self.tokens = Tokens(store, recording, self._noting)
        self.users = Users(store, recording, passwords)

    def by_token(self, secret: str) -> Asker:
        """See Tokens.by_token."""
        return self.tokens.by_token(secret)

    def login(self, name: str, password: str, *, client: str, instead_of: str | None = None) -> NewSession:
        """See Sessions.login."""
        return self.sessions.login(name, password, client=client, instead_of=instead_of)

    def by_session(self, secret: str) -> tuple[Asker, str]:
        """See Sessions.by_session."""
        return self.sessions.by_session(secret)

    def change_password(self, secret: str, present: str, password: str, *, client: str) -> None:
        """See Sessions.change_password."""
        self.sessions.change_password(secret, present, password, client=client)

    def logout(self, secret: str) -> None:
        """See Sessions.logout."""
        self.sessions.logout(secret)

    def logout_all(self, user: str, *, by: Asker, why: str = "logged out") -> int:
        """See Users.logout."""
        return self.users.logout(user, by=by, why=why)

    def first_administrator(self) -> str | None:
        """Make a user `administrator` where there is no user at all, and return its password, to be told once.

        It has to be changed at the first login. None where there is a user; of several processes that start at once
        one makes it.
        """
        password = make_password()
        return password if self.users.first(password) is not None else None

    def close(self) -> None:
        """Write down what is left to note."""
        self._noting.close()
