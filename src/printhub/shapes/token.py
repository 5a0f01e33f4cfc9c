"""Tokens, by what programs ask; never their secrets, but for the once that one is made."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from printhub.core.model.access import Right, Role
from printhub.shapes.shape import Shape
from printhub.shapes.user import named

if TYPE_CHECKING:  # the store, which a client does without
    from printhub.core.store.tokens import Token


class TokenShown(Shape):
    """What a program may ask for."""

    public: str
    """The part of the token that names it, after `phk_`."""
    name: str
    role: Role
    storefronts: list[str] | None
    """Null for all of them."""
    rights: list[Right] | None
    """Null for all that the role has."""
    made_at: datetime
    made_by: str
    expires_at: datetime | None
    revoked_at: datetime | None
    used_at: datetime | None
    """When it was used last, to the minute."""

    @classmethod
    def of(cls, token: "Token") -> Self:
        """A token as it is kept."""
        own = {name: getattr(token, name) for name in TokenShown.model_fields}
        rights = None if token.rights is None else sorted(token.rights)
        return cls(**own | {"storefronts": named(token.storefronts), "rights": rights})


class NewToken(TokenShown):
    """A token that was just made."""

    secret: str = ""
    """The token itself: told this once."""
