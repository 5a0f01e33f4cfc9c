"""Users and their sessions; never their secrets."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from printhub.core.model.access import Role
from printhub.shapes.shape import Shape

if TYPE_CHECKING:  # the store, which a client does without
    from printhub.core.store.sessions import Session
    from printhub.core.store.users import User


class UserShown(Shape):
    """Somebody who may sign in."""

    name: str
    role: Role
    storefronts: list[str] | None
    """Null for all of them."""
    disabled: bool
    must_change_password: bool
    password_at: datetime
    """Since when the password is what it is."""
    made_at: datetime
    made_by: str

    @classmethod
    def of(cls, user: "User") -> Self:
        """A user as they are kept."""
        own = {name: getattr(user, name) for name in UserShown.model_fields}
        return cls(**own | {"storefronts": named(user.storefronts)})


class NewUser(UserShown):
    """A user whose password was just set."""

    password: str | None = None
    """The password where the hub made it: told this once, and null otherwise."""


class SessionShown(Shape):
    """A user who has signed in."""

    id: UUID
    client: str
    """Where they came from."""
    made_at: datetime
    seen_at: datetime
    """When it was used last, to the minute."""
    until: datetime
    """When it ends, however much it is used."""

    @classmethod
    def of(cls, session: "Session") -> Self:
        """A session as it is kept."""
        return cls(**{name: getattr(session, name) for name in cls.model_fields})


def named(storefronts: Iterable[str] | None) -> list[str] | None:
    """Storefronts in their order; None for all of them."""
    return None if storefronts is None else sorted(storefronts)
