"""What operators did, one by one and in bulk."""

from sqlalchemy import (
    JSON,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    Uuid,
)

from printhub.core.model.deliveries import DeliveryState
from printhub.core.store.schema.metadata import metadata
from printhub.core.store.types import Instant, Sequence, Word

operator_act = Table(
    "operator_act",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("at", Instant, nullable=False),
    Column("by", String(128), nullable=False),
    Column("act", String(32), nullable=False),
    Column("subject", String(300), nullable=False),
    Column("why", Text, nullable=False),
    Column("facts", JSON, nullable=False, server_default="{}"),
    Column("undoes", Uuid),
    Index("ix_operator_act_subject", "subject", "seq"),
    Index("ix_operator_act_undoes", "undoes", unique=True),  # an act is taken back once
)

bulk_act = Table(
    "bulk_act",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("at", Instant, nullable=False),
    Column("by", String(128), nullable=False),
    Column("act", String(32), nullable=False),
    Column("why", Text, nullable=False),
    Column("wanted", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("batch", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("ended_at", Instant),
    Index("ix_bulk_act_state", "state", "seq"),
)

bulk_item = Table(
    "bulk_item",
    metadata,
    Column("bulk_id", Uuid, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("delivery_id", Uuid, nullable=False, index=True),
    Column("was", Word(DeliveryState), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("fingerprint", String(64)),
    Column("state", String(16), nullable=False),
    Column("detail", Text, nullable=False),
    Index("ix_bulk_item_state", "bulk_id", "state", "place"),
)
