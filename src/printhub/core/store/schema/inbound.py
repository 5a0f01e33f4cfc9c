"""What partners say by themselves: callbacks as they came, and how far each partner was polled."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table, Uuid, text

from printhub.core.store.schema.metadata import metadata
from printhub.core.store.types import Instant, Sequence

callback = Table(
    "callback",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("instance", String(64), nullable=False),
    Column("purpose", String(128), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("again_at", Instant),
    Column("times", Integer, nullable=False),
    Column("signals", Integer, nullable=False),
    Column("taken_at", Instant),
    Column("payload_id", Uuid, nullable=False),
    # What was read from it, until it is taken in.
    Column("read_id", Uuid),
    Index("ix_callback_digest", "instance", "digest", unique=True),
    Index(
        "ix_callback_waiting",
        "seq",
        sqlite_where=text("taken_at IS NULL"),
        postgresql_where=text("taken_at IS NULL"),
    ),
)
"""Each that was verified and read, once: one that comes again counts its times."""

poll = Table(
    "poll",
    metadata,
    Column("instance", String(64), primary_key=True),
    Column("cursor", JSON(none_as_null=True)),
    Column("polled_at", Instant),
    Column("failures", Integer, nullable=False),
    Column("detail", String(2000), nullable=False),
)
"""How far each partner was polled, and how it went the last time."""
