"""The stores that tests work with: SQLite files, or one PostgreSQL database where `--pair scaled` is given."""

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import Integer, insert, select, text

from printhub.core.model.errors import StoreUnavailable
from printhub.core.store.emptying import empty
from printhub.core.store.postgres import PostgresStore
from printhub.core.store.schema import metadata
from printhub.core.store.sqlite import SqliteStore
from printhub.core.store.store import Store, Tx
from printhub.core.store.words import job_words

DATABASE = "PRINTHUB_TEST_STORE"
"""The environment variable with the address of the database to use instead of files."""
BROKER = "PRINTHUB_TEST_BUS"
"""The environment variable with the address of the broker to use with it."""


def is_scaled() -> bool:
    """Whether tests run on the pair of many processes."""
    return DATABASE in os.environ


def examples(many: int) -> int:
    """How many examples of a property are tried: fewer where each costs many round trips to a server."""
    return max(3, many // 4) if is_scaled() else many


INSTANCES: set[str] = set()
"""The instances that this process made queues for, to be removed at its end."""


def shared_by_processes(instances: Iterable[str]) -> dict[str, dict[str, str]]:
    """The sections of the configuration that name the database and the broker, for queues of this process's own."""
    INSTANCES.update(instances)
    bus = {"url": os.environ[BROKER], "namespace": f"test-{os.getpid()}"}
    return {"store": {"url": os.environ[DATABASE]}, "bus": bus}


def fresh_store(folder: Path) -> Store:
    """All tables, no rows; the caller closes it."""
    url = os.environ.get(DATABASE)
    store: Store = SqliteStore(folder / "hub.db", durable=False) if url is None else PostgresStore(url, durable=False)
    make_fresh(store)
    return store


def make_fresh(store: Store) -> None:
    """Make all tables where there are none, and leave no rows."""
    try:
        store.write(empty)
    except StoreUnavailable:  # there is nothing yet
        store.create()


@contextlib.contextmanager
def in_files() -> Iterator[None]:
    """Let stores be SQLite files for a while, whichever pair is tested."""
    database = os.environ.pop(DATABASE, None)
    try:
        yield
    finally:
        if database is not None:
            os.environ[DATABASE] = database


def copy_rows(source: Store, tx: Tx) -> None:
    """Write all rows of another store into an empty PostgreSQL, whose tables may be those of an earlier version."""
    tables = {
        name: set(tx.execute(text(_COLUMNS), {"name": name}).scalars()) for name in (*metadata.tables, job_words.name)
    }
    for table in metadata.sorted_tables:
        wanted = [column for column in table.c if column.name in tables[table.name]]
        if not wanted:
            continue
        rows = source.read(lambda other, wanted=wanted: other.execute(select(*wanted)).mappings().all())  # type: ignore[misc] # the default binds it
        if rows:
            tx.execute(insert(table), [dict(row) for row in rows])
        for column in wanted:
            if column.primary_key and isinstance(column.type, Integer) and column is table.autoincrement_column:
                tx.execute(text(_COUNT_ON.format(table=table.name, column=column.name)))
    if tables[job_words.name]:
        columns = (job_words.c.rowid, job_words.c.ids, job_words.c.person)
        rows = source.read(lambda other: other.execute(select(*columns)).mappings().all())
        if rows:
            tx.execute(insert(job_words), [dict(row) for row in rows])


_COLUMNS = "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = :name"
_COUNT_ON = "SELECT setval(pg_get_serial_sequence('{table}', '{column}'), max({column})) FROM {table}"
