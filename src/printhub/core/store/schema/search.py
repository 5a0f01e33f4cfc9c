"""What jobs are found by: narrow rows beside the facts, written in the same transactions. See `docs/finding.md`.

`place` puts jobs in the order in which they became known: it is the moment in milliseconds times 16, and what comes
in the same moment takes the next free one. Every index ends with it, so each filter alone gives a list in that order.
"""

from sqlalchemy import DDL, BigInteger, Boolean, Column, Index, String, Table, Uuid, event, text

from printhub.core.model.jobs import ProductType
from printhub.core.model.known import Blocker
from printhub.core.model.orders import OrderStatus, PaymentStatus
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Mode
from printhub.core.store.schema.metadata import metadata
from printhub.core.store.types import Instant, Sequence, Word

job_search = Table(
    "job_search",
    metadata,
    Column("place", Sequence, primary_key=True, autoincrement=False),
    Column("job_id", Uuid, nullable=False, unique=True),
    Column("order_id", Uuid),
    Column("known_at", Instant, nullable=False),
    Column("storefront", String(64), nullable=False),
    Column("product_type", Word(ProductType), nullable=False),
    Column("mode", Word(Mode), nullable=False),
    Column("status", Word(JobStatus)),
    Column("blocker", Word(Blocker), nullable=False),
    Column("order_status", Word(OrderStatus)),
    Column("payment_status", Word(PaymentStatus)),
    Column("unapproved", Boolean, nullable=False),
    Column("cancelled", Boolean, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Index("ix_job_search_order_id", "order_id"),
    Index("ix_job_search_storefront", "storefront", "place"),
    Index("ix_job_search_product_type", "product_type", "place"),
    Index("ix_job_search_mode", "mode", "place"),
    Index("ix_job_search_status", "status", "place"),
    Index("ix_job_search_blocker", "blocker", "place"),
    Index("ix_job_search_order_status", "order_status", "place"),
    Index("ix_job_search_payment_status", "payment_status", "place"),
)
for _flag in ("unapproved", "cancelled", "deleted"):
    Index(
        f"ix_job_search_{_flag}",
        job_search.c.place,
        sqlite_where=text(f"{_flag} = 1"),
        postgresql_where=text(_flag),
    )

job_ever = Table(
    "job_ever",
    metadata,
    Column("status", Word(JobStatus), primary_key=True),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""Which statuses a job ever had."""

job_work = Table(
    "job_work",
    metadata,
    Column("word", String(16), primary_key=True),
    Column("instance", String(64), primary_key=True),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""In which states a job's deliveries are, the newest run of each; the word `overdue` stands beside the state.

What has none, and no route that leads to any, has the word `unplanned` and no instance.
"""

WORDS = {
    "sqlite": ("CREATE VIRTUAL TABLE IF NOT EXISTS job_words USING fts5(ids, person, tokenize = 'trigram')",),
    "postgresql": (
        "CREATE EXTENSION IF NOT EXISTS pg_trgm",
        "CREATE TABLE IF NOT EXISTS job_words (rowid BIGINT PRIMARY KEY, ids TEXT NOT NULL, person TEXT NOT NULL)",
        "CREATE INDEX IF NOT EXISTS ix_job_words_ids ON job_words USING gin (ids gin_trgm_ops)",
        "CREATE INDEX IF NOT EXISTS ix_job_words_person ON job_words USING gin (person gin_trgm_ops)",
    ),
}
"""The text that jobs are found by, in each database: `ids` of the trade, and `person`, which can be erased."""
for _dialect, _statements in WORDS.items():
    for _statement in _statements:
        event.listen(metadata, "after_create", DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call] # SQLAlchemy leaves it untyped
