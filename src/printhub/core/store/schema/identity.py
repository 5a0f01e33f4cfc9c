"""Who may ask: users and their sessions, tokens, and how often a password was tried of late.

No secret stands here. Passwords are kept as argon2 tells to, all other secrets by their SHA-256: they are random
numbers of 256 bits, which nobody finds by trying.
"""

from collections.abc import Collection

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, Uuid, text

from printhub.core.model.access import Right, Role
from printhub.core.store.schema.metadata import metadata
from printhub.core.store.types import Document, Instant, Word


def _known(words: Collection[str]) -> frozenset[Right]:
    """Read rights; one that this version does not know any more is none."""
    return frozenset(right for right in Right if right in words)


_names = Document(sorted, frozenset)
_rights = Document(sorted, _known)

hub_user = Table(
    "hub_user",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("role", Word(Role), nullable=False),
    Column("storefronts", _names),  # none for all of them
    Column("password", Text, nullable=False),
    Column("password_at", Instant, nullable=False),
    Column("must_change_password", Boolean, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", String(128), nullable=False),
)

token = Table(
    "token",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("public", String(16), nullable=False, unique=True),
    Column("secret", String(64), nullable=False),
    Column("name", String(64), nullable=False),
    Column("role", Word(Role), nullable=False),
    Column("storefronts", _names),
    Column("rights", _rights),  # none for all that the role has
    Column("made_at", Instant, nullable=False),
    Column("made_by", String(128), nullable=False),
    Column("expires_at", Instant),
    Column("revoked_at", Instant),
    Column("used_at", Instant),
    # Who acts must be plain from the name; that of a token which was revoked is free again.
    Index(
        "ix_token_name",
        "name",
        unique=True,
        sqlite_where=text("revoked_at IS NULL"),
        postgresql_where=text("revoked_at IS NULL"),
    ),
)

session = Table(
    "session",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("secret", String(64), nullable=False, unique=True),
    Column("user_id", Uuid, nullable=False, index=True),
    Column("client", String(100), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("until", Instant, nullable=False, index=True),
)

login_attempt = Table(
    "login_attempt",
    metadata,
    Column("subject", String(16), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("since", Instant, nullable=False, index=True),
)
