"""Tokens: by what programs prove who they are."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, or_, select, update

from printhub.core.model.access import Asker, Right, Role
from printhub.core.store.schema import token
from printhub.core.store.store import Tx


@dataclass(frozen=True, slots=True)
class Token:
    """What a program may ask for; `public` names it in its own text, and `secret` is the SHA-256 of that in hex.

    `storefronts` is None for all, `rights` None for all that the role has.
    """

    id: UUID
    public: str
    secret: str = field(repr=False)
    name: str
    role: Role
    storefronts: frozenset[str] | None
    rights: frozenset[Right] | None
    made_at: datetime
    made_by: str
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    used_at: datetime | None = None

    @property
    def subject(self) -> str:
        """Who this is in the log of acts."""
        return f"token:{self.name}"

    @property
    def asker(self) -> Asker:
        """Who asks by it."""
        return Asker(self.subject, self.role, self.storefronts, self.rights or frozenset())

    def counts(self, now: datetime) -> bool:
        """Whether it is neither revoked nor over, nor left without any right that this version knows."""
        standing = self.revoked_at is None and (self.expires_at is None or now < self.expires_at)
        return standing and (self.rights is None or bool(self.rights & self.role.rights))


_TOKEN = tuple(found.name for found in fields(Token))


def add(tx: Tx, found: Token) -> None:
    """Keep a new token, whose name no other has that is not revoked."""
    tx.execute(insert(token).values({name: getattr(found, name) for name in _TOKEN}))


def of_public(tx: Tx, public: str) -> Token | None:
    """The token that names itself so, whether it counts or not."""
    row = tx.execute(select(token).where(token.c.public == public)).first()
    return _read(row) if row else None


def standing(tx: Tx, name: str) -> Token | None:
    """The token of a name that is not revoked; it may have expired."""
    row = tx.execute(select(token).where(token.c.name == name, token.c.revoked_at.is_(None))).first()
    return _read(row) if row else None


def listed(tx: Tx, *, revoked: bool) -> Sequence[Token]:
    """All tokens, the newest first; those that are revoked only on demand."""
    query = select(token) if revoked else select(token).where(token.c.revoked_at.is_(None))
    return [_read(row) for row in tx.execute(query.order_by(token.c.id.desc()))]


def revoke(tx: Tx, token_id: UUID, now: datetime) -> None:
    """Let it count no more."""
    tx.execute(update(token).where(token.c.id == token_id).values(revoked_at=now))


def note_use(tx: Tx, token_id: UUID, now: datetime) -> None:
    """Note that it was used, unless a later use is noted."""
    earlier = or_(token.c.used_at.is_(None), token.c.used_at < now)
    tx.execute(update(token).where(token.c.id == token_id, earlier).values(used_at=now))


def _read(row: Row[Any]) -> Token:
    return Token(**{name: getattr(row, name) for name in _TOKEN})
