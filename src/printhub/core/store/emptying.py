"""Takes everything out of a store: for tests that share one."""

from sqlalchemy import delete, text

from printhub.core.store.remembered import forget_all
from printhub.core.store.schema import metadata
from printhub.core.store.serial import has_many_writers
from printhub.core.store.store import Tx
from printhub.core.store.words import job_words

_FROM_THE_START = text("SELECT setval(pg_get_serial_sequence(:table, :column), 1, false)")


def empty(tx: Tx) -> None:
    """Leave all tables, and no rows; those that come are numbered from the start."""
    forget_all(tx)
    for table in reversed(metadata.sorted_tables):
        tx.execute(delete(table))
    tx.execute(delete(job_words))
    if has_many_writers(tx):
        columns = [table.autoincrement_column for table in metadata.sorted_tables]
        tx.execute(_FROM_THE_START, [{"table": c.table.name, "column": c.name} for c in columns if c is not None])
