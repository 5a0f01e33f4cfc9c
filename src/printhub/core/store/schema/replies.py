"""What was answered to requests under an idempotency key."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from printhub.core.store.schema.metadata import metadata
from printhub.core.store.types import Instant, code

reply = Table(
    "reply",
    metadata,
    Column("scope", String(64), primary_key=True),
    Column("key", code(255), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("at", Instant, nullable=False, index=True),
    Column("status", Integer),
    Column("media_type", String(128)),
    Column("body", LargeBinary, nullable=False),
)
