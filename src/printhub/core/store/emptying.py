"""Takes everything out of a store: for tests that share one."""

from sqlalchemy import delete

from printhub.core.store.remembered import forget_all
from printhub.core.store.schema import metadata
from printhub.core.store.store import Tx
from printhub.core.store.words import job_words


def empty(tx: Tx) -> None:
    """Leave all tables, and no rows."""
    forget_all(tx)
    for table in reversed(metadata.sorted_tables):
        tx.execute(delete(table))
    tx.execute(delete(job_words))
