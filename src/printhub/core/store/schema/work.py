"""What is done about it: deliveries, attempts, the history, and what happens later and by whom."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
)

from printhub.core.model.deliveries import DeliveryState, Obstacle, ObstacleKind
from printhub.core.model.history import EpochReason
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Kind, Verb
from printhub.core.store.schema.metadata import metadata
from printhub.core.store.types import Document, Instant, Sequence, Word, code

_words = Document(sorted, frozenset, frozen=True)
_verbs = Document(
    lambda verbs: [str(verb) for verb in verbs], lambda rows: tuple(Verb(row) for row in rows), frozen=True
)
_obstacles = Document(
    lambda obstacles: [[str(o.kind), o.word, o.detail] for o in obstacles],
    lambda rows: tuple(Obstacle(ObstacleKind(kind), word, detail) for kind, word, detail in rows),
    frozen=True,
)
_texts = Document(list, tuple, frozen=True)

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
    Column("rule", String(300), nullable=False, server_default=""),
    Column("since", Instant),
    Column("sign_due_at", Instant),
    Column("overdue_since", Instant),
    Column("doubted", Boolean, nullable=False, server_default=false()),
    # A subject is unique within its storefront: two storefronts may well give two jobs the same number.
    UniqueConstraint("storefront", "instance", "verb", "subject", "run"),
    Index("ix_delivery_instance", "instance", "state", "seq"),
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
# What is looked for again and again has to cost nothing however long the tables are: these hold only what is under way.
Index(
    "ix_delivery_ready",
    delivery.c.instance,
    delivery.c.state,
    delivery.c.storefront,
    delivery.c.seq,
    delivery.c.lane,  # so that what waits for its lane is passed over without reading it
    sqlite_where=text("state = 'ready'"),
    postgresql_where=text("state = 'ready'"),
)
Index(
    "ix_delivery_unannounced",
    delivery.c.state,
    delivery.c.announced_at,
    delivery.c.seq,
    sqlite_where=text("state = 'ready'"),
    postgresql_where=text("state = 'ready'"),
)
Index(
    "ix_delivery_ready_lane",
    delivery.c.lane,
    delivery.c.state,
    delivery.c.seq,
    sqlite_where=text("state = 'ready'"),
    postgresql_where=text("state = 'ready'"),
)
Index(
    "ix_delivery_held",
    delivery.c.state,
    delivery.c.job_id,
    sqlite_where=text("state = 'held'"),
    postgresql_where=text("state = 'held'"),
)
Index(
    "ix_delivery_asking",
    delivery.c.instance,
    delivery.c.storefront,
    delivery.c.seq,
    sqlite_where=text("asking = 1"),
    postgresql_where=text("asking"),
)
Index(
    "ix_delivery_unasked",
    delivery.c.asking,
    delivery.c.announced_at,
    delivery.c.seq,
    sqlite_where=text("asking = 1"),
    postgresql_where=text("asking"),
)
Index(
    "ix_delivery_worker",
    delivery.c.worker,
    sqlite_where=text("worker IS NOT NULL"),
    postgresql_where=text("worker IS NOT NULL"),
)
Index(
    "ix_delivery_patience",
    delivery.c.instance,
    sqlite_where=text("give_up_at IS NOT NULL"),
    postgresql_where=text("give_up_at IS NOT NULL"),
)

Index(
    "ix_delivery_overdue",
    delivery.c.overdue_since,
    sqlite_where=text("overdue_since IS NOT NULL"),
    postgresql_where=text("overdue_since IS NOT NULL"),
)
Index(
    "ix_delivery_sign",
    delivery.c.instance,
    delivery.c.storefront,
    sqlite_where=text("sign_due_at IS NOT NULL"),
    postgresql_where=text("sign_due_at IS NOT NULL"),
)
Index(
    "ix_delivery_failed",
    delivery.c.fingerprint,
    delivery.c.seq,
    sqlite_where=text("state = 'failed'"),
    postgresql_where=text("state = 'failed'"),
)
# All that the groups of failures are made of, so that no row is read for them.
Index(
    "ix_delivery_failures",
    delivery.c.instance,
    delivery.c.verb,
    delivery.c.fingerprint,
    delivery.c.storefront,
    delivery.c.subject,
    delivery.c.run,
    delivery.c.since,
    delivery.c.job_id,
    delivery.c.seq,
    sqlite_where=text("state = 'failed'"),
    postgresql_where=text("state = 'failed'"),
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
    # Of a text message that the provider took: what it bills.
    Column("segments", Integer, nullable=False, server_default="0"),
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
    Column("reference", code(256), primary_key=True, index=True),
    Column("delivery_id", Uuid, nullable=False, index=True),
    Column("job_id", Uuid, index=True),
    Column("epoch", Integer, nullable=False),
)

timer = Table(
    "timer",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("subject", String(200), primary_key=True),
    Column("due_at", Instant, nullable=False),
    Column("host", String(255), nullable=False, server_default=""),  # where a file is fetched from
    Index("ix_timer_kind", "kind", "due_at", "subject"),  # a backlog of one kind must not cost another anything
)

Index(
    "ix_timer_host",
    timer.c.kind,
    timer.c.host,
    timer.c.due_at,
    timer.c.subject,
    sqlite_where=text("kind = 'fetch'"),
    postgresql_where=text("kind = 'fetch'"),
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
    Column("counted_from", Instant),
)

pace = Table(
    "pace",
    metadata,
    Column("instance", String(64), primary_key=True),
    Column("until", Instant, nullable=False),
)

worker = Table(
    "worker",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("host", String(255), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("renewed_at", Instant, nullable=False),
)

hub = Table(
    "hub",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("since", Instant, nullable=False),
    Column("backup_taken_at", Instant),
)
