"""What was stated: orders, jobs, files, people, events. Personal data lies in `person` and `payload` alone."""

from datetime import datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from printhub.core.model.jobs import JobApproval, Part, ProductType
from printhub.core.model.known import FileRole, FileState, OutputState
from printhub.core.model.orders import OrderApproval, OrderStatus, PaymentStatus
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Mode
from printhub.core.store.schema.metadata import metadata
from printhub.core.store.types import Document, Instant, Sequence, Word, code

_words = Document(sorted, frozenset, frozen=True)
_stamps = Document(
    lambda stamps: {group: [time.isoformat(), id_] for group, (time, id_) in stamps.items()},
    lambda rows: {group: (datetime.fromisoformat(time), id_) for group, (time, id_) in rows.items()},
)
_parts = Document(
    lambda parts: [part.model_dump(mode="json") for part in parts],
    lambda rows: tuple(Part.model_validate(row) for row in rows),
    frozen=True,
)

person = Table(
    "person",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("data", JSON, nullable=False),
    Column("erased_at", Instant),
)

payload = Table(
    "payload",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("erased_at", Instant),
)

customer_order = Table(
    "customer_order",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("storefront", String(64), nullable=False),
    Column("number", code(128), nullable=False),
    Column("mode", Word(Mode), nullable=False),
    Column("status", Word(OrderStatus), nullable=False),
    Column("payment_status", Word(PaymentStatus), nullable=False),
    Column("test_payment", Boolean, nullable=False),
    Column("approval", Word(OrderApproval), nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("release_at", Instant),
    Column("cancelled", Boolean, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("shipping_status", Text, nullable=False),
    Column("shipping_method", Text, nullable=False),
    Column("payment_method", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("cost_centre", Text, nullable=False),
    Column("po_number", Text),
    Column("checkout_attributes", JSON, nullable=False),
    Column("person_id", Uuid, index=True),
    Column("stamps", _stamps, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("storefront", "number"),
    Index(None, "number"),
)

job = Table(
    "job",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("storefront", String(64), nullable=False),
    Column("number", code(128), nullable=False),
    Column("order_id", Uuid, index=True),
    Column("mode", Word(Mode), nullable=False),
    Column("product_type", Word(ProductType), nullable=False),
    Column("product", Text, nullable=False),
    Column("attributes", JSON, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("weight_grams", BigInteger),
    Column("line_price_minor", BigInteger),
    Column("line_price_currency", String(3)),
    Column("approval", Word(JobApproval), nullable=False),
    Column("output", Word(OutputState), nullable=False),
    Column("parts", _parts, nullable=False),
    Column("parent", String(128)),
    Column("external_reference", code(128), index=True),
    Column("ordered", Boolean, nullable=False),
    Column("cancelled", Boolean, nullable=False),
    Column("delivered", Boolean, nullable=False),
    Column("awaiting", _words, nullable=False),
    Column("blocked", Boolean, nullable=False),
    Column("status", Word(JobStatus)),
    Column("epoch", Integer, nullable=False),
    Column("stamps", _stamps, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("storefront", "number"),
    Index(None, "number"),
)

asset = Table(
    "asset",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("job_id", Uuid, nullable=False, index=True),
    Column("role", Word(FileRole), nullable=False),
    Column("part", String(128)),
    Column("name", String(255), nullable=False),
    Column("url", Text, nullable=False),
    Column("media_type", String(255), nullable=False),
    Column("sha256", String(64)),
    Column("size", BigInteger),
    Column("state", Word(FileState), nullable=False),
    Column("stored", Text),
    Column("superseded", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("by", String(128), nullable=False, server_default=""),
    Index("ix_asset_failed", "id", sqlite_where=text("state = 'failed'"), postgresql_where=text("state = 'failed'")),
)

Index(
    "ix_asset_failed_job",
    asset.c.job_id,
    sqlite_where=text("state = 'failed'"),
    postgresql_where=text("state = 'failed'"),
)

promise = Table(
    "promise",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("asset_id", Uuid, nullable=False),
    Column("job_id", Uuid, nullable=False, index=True),
    Column("delivery_id", Uuid),
    Column("made_at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
)

note = Table(
    "note",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("order_id", Uuid, nullable=False),
    Column("number", String(128), nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", String(128), nullable=False),
    Column("for_customer", Boolean, nullable=False),
    Column("payload_id", Uuid, nullable=False),
    UniqueConstraint("order_id", "number"),
)

event = Table(
    "event",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("source", String(512), nullable=False),
    Column("source_id", String(512), nullable=False),
    Column("type", String(128), nullable=False),
    Column("storefront", String(64)),
    Column("subject", String(512)),
    # What it is about: an order, or else a job, by the storefront's own ids, whether they are known here or not.
    Column("order_number", String(128)),
    Column("job_number", String(128)),
    Column("time", Instant),
    Column("received_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("waits_for", String(700)),
    Column("depth", Integer, nullable=False),
    Column("traceparent", String(55)),
    Column("payload_id", Uuid),
    Column("callback_id", Uuid),
    UniqueConstraint("source", "source_id"),
    Index("ix_event_state", "state", "seq"),
    Index("ix_event_waits_for", "waits_for"),
)
for _name in ("order", "job"):
    Index(
        f"ix_event_{_name}",
        event.c.storefront,
        event.c[f"{_name}_number"],
        sqlite_where=text(f"{_name}_number IS NOT NULL"),
        postgresql_where=text(f"{_name}_number IS NOT NULL"),
    )

quarantine = Table(
    "quarantine",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("received_at", Instant, nullable=False),
    Column("source", String(512)),
    Column("source_id", String(512)),
    Column("code", String(32), nullable=False),
    Column("reason", Text, nullable=False),
    Column("payload_id", Uuid),
    Index("ix_quarantine_received_at", "received_at"),
    Index("ix_quarantine_source_id", "source_id", "seq"),
)
