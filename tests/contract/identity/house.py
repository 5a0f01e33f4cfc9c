"""An identity on a store of the pair that is tested, with passwords that cost nothing and a clock that stands still."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from argon2.profiles import CHEAPEST
from sqlalchemy import select
from uuid_utils.compat import uuid7

from printhub.core.identity.identity import Identity
from printhub.core.identity.passwords import Passwords
from printhub.core.identity.sessions import NewSession
from printhub.core.model.access import Asker, Role
from printhub.core.store import acts
from printhub.core.store.acts import Act
from printhub.core.store.schema import metadata
from printhub.core.store.store import Store, Tx
from printhub.testing import FakeClock

PLATFORM = Asker("operator:test", Role.PLATFORM_ADMINISTRATOR)
PASSWORD = "correct horse battery"
MINUTE = timedelta(minutes=1)
CLIENT = "192.0.2.7"


class House:
    """Who may ask, in a hub that has just begun; `join` is what another process of the same hub would have."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = FakeClock()
        self._open: list[Identity] = []
        self.identity = self.join()

    def join(self, passwords: Passwords | None = None) -> Identity:
        """One more identity on the same store."""
        made = Identity(self.store, self.clock, uuid7, passwords or Passwords(CHEAPEST))
        self._open.append(made)
        return made

    def user(self, name: str = "anna", role: Role = Role.FINANCE, storefronts: Iterable[str] | None = None) -> str:
        """A user with the password of all users here, who may use it at once."""
        places = None if storefronts is None else frozenset(storefronts)
        self.identity.users.add(name, role, places, PASSWORD, by=PLATFORM, must_change_password=False)
        return name

    def token(self, name: str = "core", role: Role = Role.INTEGRATOR, **given: Any) -> str:
        """A token's secret."""
        storefronts = given.pop("storefronts", None)
        return self.identity.tokens.add(name, role, storefronts, by=PLATFORM, **given).secret

    def login(self, name: str = "anna", password: str = PASSWORD, client: str = CLIENT) -> NewSession:
        """Sign in."""
        return self.identity.login(name, password, client=client)

    def acts(self) -> list[Act]:
        """What was recorded, the oldest first."""
        return list(reversed(self.store.read(lambda tx: acts.listed(tx, 1000))))

    def everything(self) -> str:
        """All that stands in all tables, as text."""

        def read(tx: Tx) -> str:
            return "\n".join(str(tuple(row)) for table in metadata.sorted_tables for row in tx.execute(select(table)))

        return self.store.read(read)

    def close(self) -> None:
        """Note what is left to note."""
        for one in self._open:
            one.close()
