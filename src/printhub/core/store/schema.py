"""All tables. Rows that only grow hold no personal data: it lies in `person` and `payload`, which can be erased."""

from datetime import datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from printhub.core.model.deliveries import DeliveryState, Obstacle, ObstacleKind
from printhub.core.model.history import EpochReason
from printhub.core.model.jobs import JobApproval, Part, ProductType
from printhub.core.model.known import FileRole, FileState, OutputState
from printhub.core.model.orders import OrderApproval, OrderStatus, PaymentStatus
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Kind, Mode, Verb
from printhub.core.store.types import Document, Instant, Sequence, Word

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_words = Document(sorted, frozenset)
_stamps = Document(
    lambda stamps: {group: [time.isoformat(), id_] for group, (time, id_) in stamps.items()},
    lambda rows: {group: (datetime.fromisoformat(time), id_) for group, (time, id_) in rows.items()},
)
_parts = Document(
    lambda parts: [part.model_dump(mode="json") for part in parts],
    lambda rows: tuple(Part.model_validate(row) for row in rows),
)
_verbs = Document(lambda verbs: [str(verb) for verb in verbs], lambda rows: tuple(Verb(row) for row in rows))
_obstacles = Document(
    lambda obstacles: [[str(o.kind), o.word, o.detail] for o in obstacles],
    lambda rows: tuple(Obstacle(ObstacleKind(kind), word, detail) for kind, word, detail in rows),
)
_texts = Document(list, tuple)

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
    Column("number", String(128), nullable=False),
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
    Column("person_id", Uuid),
    Column("stamps", _stamps, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("storefront", "number"),
)

job = Table(
    "job",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("storefront", String(64), nullable=False),
    Column("number", String(128), nullable=False),
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
    Column("external_reference", String(128), index=True),
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
    Column("time", Instant),
    Column("received_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("waits_for", String(700)),
    Column("depth", Integer, nullable=False),
    Column("payload_id", Uuid),
    UniqueConstraint("source", "source_id"),
    Index("ix_event_state", "state", "seq"),
    Index("ix_event_waits_for", "waits_for"),
)

delivery = Table(
    "delivery",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("storefront", String(64), nullable=False),
    Column("instance", String(64), nullable=False),
    Column("kind", Word(Kind), nullable=False),
    Column("verb", Word(Verb), nullable=False),
    Column("subject", String(300), nullable=False),
    Column("run", Integer, nullable=False),
    Column("lane", String(400), nullable=False),
    Column("state", Word(DeliveryState), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("order_id", Uuid, index=True),
    Column("job_id", Uuid, index=True),
    Column("event_id", Uuid),
    Column("epoch", Integer, nullable=False),
    Column("after", _verbs, nullable=False),
    Column("obstacles", _obstacles, nullable=False),
    Column("reason", Text, nullable=False),
    Column("next_at", Instant),
    Column("asking", Boolean, nullable=False),
    Column("settled_by", Uuid),
    Column("composition", Integer, nullable=False),
    Column("message_id", Uuid),
    Column("sent", _texts, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("schedule_step", Integer, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("first_attempt_at", Instant),
    Column("give_up_at", Instant),
    Column("harmless", Boolean, nullable=False),
    Column("retry_told", Boolean, nullable=False),
    Column("announced_at", Instant),
    Column("fence", Integer, nullable=False),
    Column("worker", Uuid),
    Column("reference", String(256)),
    Column("memo", JSON(none_as_null=True)),
    Column("parts", _words, nullable=False),
    Column("fingerprint", String(64)),
    # A subject is unique within its storefront: two storefronts may well give two jobs the same number.
    UniqueConstraint("storefront", "instance", "verb", "subject", "run"),
    Index("ix_delivery_ready", "instance", "state", "storefront", "seq"),
    Index("ix_delivery_lane", "lane", "seq"),
    Index("ix_delivery_state", "state", "seq"),
)
# At most one delivery of a lane is running or unknown; the database itself refuses a second.
Index(
    "uq_delivery_lane_occupied",
    delivery.c.lane,
    unique=True,
    sqlite_where=text("state IN ('running', 'unknown')"),
    postgresql_where=text("state IN ('running', 'unknown')"),
)
# What the relay looks for after every commit has to cost nothing however long the tables are.
Index("ix_delivery_unannounced", delivery.c.state, delivery.c.announced_at, delivery.c.seq)
Index(
    "ix_delivery_asking",
    delivery.c.asking,
    delivery.c.seq,
    sqlite_where=text("asking = 1"),
    postgresql_where=text("asking"),
)

attempt = Table(
    "attempt",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("delivery_id", Uuid, nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("worker", Uuid),
    Column("fence", Integer, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=False),
    Column("outcome", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("stale", Boolean, nullable=False),
    Column("exchanges", JSON, nullable=False),
)

status_change = Table(
    "status_change",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("job_id", Uuid, nullable=False),
    Column("status", Word(JobStatus), nullable=False),
    Column("label", Text),
    Column("detail", Text, nullable=False),
    Column("at", Instant),
    Column("received_at", Instant, nullable=False),
    Column("source", String(512), nullable=False),
    Column("source_id", String(700), nullable=False),
    Column("by", String(128), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("opens", Word(EpochReason)),
    Column("event_id", Uuid),
    Column("delivery_id", Uuid),
    UniqueConstraint("job_id", "source", "source_id"),
)

removal = Table(
    "removal",
    metadata,
    Column("status_change_id", Uuid, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("by", String(128), nullable=False),
    Column("why", Text, nullable=False),
)

reference = Table(
    "reference",
    metadata,
    Column("instance", String(64), primary_key=True),
    Column("reference", String(256), primary_key=True),
    Column("delivery_id", Uuid, nullable=False),
    Column("job_id", Uuid, index=True),
    Column("epoch", Integer, nullable=False),
)

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
)

timer = Table(
    "timer",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("subject", String(200), primary_key=True),
    Column("due_at", Instant, nullable=False, index=True),
)

instance = Table(
    "instance",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("storefront", String(64), primary_key=True),
    Column("cause", String(16), primary_key=True),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Column("detail", Text, nullable=False),
    Column("failures", Integer, nullable=False),
)

worker = Table(
    "worker",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("host", String(255), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("renewed_at", Instant, nullable=False),
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
)
