"""What the hub signs with: the same on all machines that share a store."""

from sqlalchemy import Column, LargeBinary, String, Table

from printhub.core.store.schema.metadata import metadata
from printhub.core.store.types import Instant

signing_key = Table(
    "signing_key",
    metadata,
    Column("purpose", String(32), primary_key=True),
    Column("key", LargeBinary, nullable=False),
    Column("made_at", Instant, nullable=False),
)
"""Random keys, one for each purpose. Whoever can read the store could read the files as well."""
