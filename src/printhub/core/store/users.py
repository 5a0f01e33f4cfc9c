"""Users: who may sign in, as what, and by which password."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, exists, insert, select, update

from printhub.core.model.access import Asker, Role
from printhub.core.store.schema import hub_user
from printhub.core.store.store import Tx


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in; `storefronts` is None for all, and `password` is what argon2 made of it."""

    id: UUID
    name: str
    role: Role
    storefronts: frozenset[str] | None
    password: str = field(repr=False)
    password_at: datetime
    must_change_password: bool
    disabled: bool
    made_at: datetime
    made_by: str

    @property
    def subject(self) -> str:
        """Who this is in the log of acts."""
        return f"user:{self.name}"

    @property
    def asker(self) -> Asker:
        """Who asks when they have signed in."""
        return Asker(self.subject, self.role, self.storefronts)


_USER = tuple(found.name for found in fields(User))


def add(tx: Tx, user: User) -> None:
    """Keep a new user, whose name is free."""
    tx.execute(insert(hub_user).values({name: getattr(user, name) for name in _USER}))


def named(tx: Tx, name: str) -> User | None:
    """The user of a name."""
    row = tx.execute(select(hub_user).where(hub_user.c.name == name)).first()
    return _read(row) if row else None


def listed(tx: Tx) -> Sequence[User]:
    """All users, by name."""
    return [_read(row) for row in tx.execute(select(hub_user).order_by(hub_user.c.name))]


def any_there(tx: Tx) -> bool:
    """Whether there is any user."""
    return bool(tx.execute(select(exists().select_from(hub_user))).scalar())


def change(tx: Tx, user_id: UUID, **changed: Any) -> None:
    """Change some of what is known of a user."""
    tx.execute(update(hub_user).where(hub_user.c.id == user_id).values(changed))


def rehash(tx: Tx, user_id: UUID, *, was: str, password: str) -> None:
    """Keep the same password by other parameters, unless it was changed meanwhile."""
    tx.execute(update(hub_user).where(hub_user.c.id == user_id, hub_user.c.password == was).values(password=password))


def _read(row: Row[Any]) -> User:
    """Read a user."""
    return User(**{name: getattr(row, name) for name in _USER})
