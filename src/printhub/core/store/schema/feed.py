"""The feed of changes: the place of each entry and each request in it, given after its commit."""

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, UniqueConstraint

from printhub.core.store.schema.metadata import metadata
from printhub.core.store.types import Sequence

feed = Table(
    "feed",
    metadata,
    Column("place", Sequence, primary_key=True, autoincrement=True),
    Column("kind", String(8), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("storefront", String(64), nullable=False),
    Column("hidden", Boolean, nullable=False),
    UniqueConstraint("kind", "seq"),
    Index("ix_feed_storefront", "storefront", "place"),
)

feed_mark = Table(
    "feed_mark",
    metadata,
    Column("kind", String(8), primary_key=True),
    # Up to here everything has its place; above it, an open transaction may still bring something.
    Column("settled", BigInteger, nullable=False),
    # How far places were given, and the first transaction that had not begun by then.
    Column("reached", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
)
