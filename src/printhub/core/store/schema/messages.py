"""Addresses and numbers that nothing more is sent to."""

from sqlalchemy import Column, String, Table, Text, UniqueConstraint, Uuid

from printhub.core.model.suppression import Medium, SuppressionCause
from printhub.core.store.schema.metadata import metadata
from printhub.core.store.types import Instant, Sequence, Word

allowance = Table(
    "allowance",
    metadata,
    Column("name", String(160), primary_key=True),
    Column("until", Instant, nullable=False),
)

suppression = Table(
    "suppression",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("medium", Word(Medium), nullable=False),
    Column("storefront", String(64), nullable=False),
    # What it is found by; the address itself is for people, and can be erased while the digest goes on to count.
    Column("digest", String(64), nullable=False),
    Column("address", Text),
    Column("cause", Word(SuppressionCause), nullable=False),
    Column("detail", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("by", String(128), nullable=False),
    Column("delivery_id", Uuid, index=True),
    UniqueConstraint("medium", "storefront", "digest"),
)
"""One row for each address of a storefront's customers."""
