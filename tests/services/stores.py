"""The stores that tests work with: SQLite files, or one PostgreSQL database where `--pair scaled` is given."""

import os
from pathlib import Path

from printhub.core.model.errors import StoreUnavailable
from printhub.core.store.emptying import empty
from printhub.core.store.postgres import PostgresStore
from printhub.core.store.sqlite import SqliteStore
from printhub.core.store.store import Store

DATABASE = "PRINTHUB_TEST_STORE"
"""The environment variable with the address of the database to use instead of files."""
BROKER = "PRINTHUB_TEST_BUS"
"""The environment variable with the address of the broker to use with it."""


def is_scaled() -> bool:
    """Whether tests run on the pair of many processes."""
    return DATABASE in os.environ


def shared_by_processes() -> dict[str, dict[str, str]]:
    """The sections of the configuration that name the database and the broker, for queues of this process's own."""
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
