"""What jobs are found by: narrow rows beside the facts, written in the same transactions. See `docs/finding.md`.

`place` puts jobs in the order in which they became known: it is the moment in milliseconds times 16, and what comes
in the same moment takes the next free one. Every index ends with it, so each filter alone gives a list in that order.

What many jobs have in common is their profile. There are few profiles however many jobs there are, so that whatever
is asked of them is answered by their table first, and then by the lists of the jobs of those that fit.
"""

from sqlalchemy import DDL, BigInteger, Boolean, Column, Index, String, Table, Uuid, event

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
    Column("order_id", Uuid, index=True),
    Column("known_at", Instant, nullable=False),
)

profile = Table(
    "profile",
    metadata,
    Column("id", Sequence, primary_key=True, autoincrement=False),
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
)
"""What jobs have in common, each combination that ever was once. Its id follows from it, see `profiles`."""

profile_ever = Table(
    "profile_ever",
    metadata,
    Column("status", Word(JobStatus), primary_key=True),
    Column("profile", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""Which statuses jobs ever had while they had a profile. It only grows: where nothing stands, there is no such job."""

profile_work = Table(
    "profile_work",
    metadata,
    Column("instance", String(64), primary_key=True),
    Column("word", String(16), primary_key=True),
    Column("profile", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""The same of the words of `job_work`. All jobs of a profile have deliveries at the same instances."""

job_profile = Table(
    "job_profile",
    metadata,
    Column("place", Sequence, primary_key=True, autoincrement=False),
    Column("profile", BigInteger, nullable=False),
    Index("ix_job_profile_profile", "profile", "place"),
)
"""The profile of each job; narrow, so that asking it of many jobs touches few pages."""

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
    "sqlite": (
        "CREATE VIRTUAL TABLE IF NOT EXISTS job_words USING fts5(ids, person, tokenize = 'trigram')",
        # So many pieces of the index are put together at a time: with fewer, each job that comes is written more often.
        "INSERT INTO job_words (job_words, rank) VALUES ('automerge', 8)",
    ),
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
