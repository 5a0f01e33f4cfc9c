"""A store on an empty database, and a PostgreSQL database for tests of what only many writers meet."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from printhub.core.store.postgres import PostgresStore
from printhub.core.store.store import Store
from tests.services import postgres
from tests.services.stores import fresh_store, make_fresh


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Store]:
    """All tables, no rows."""
    store = fresh_store(tmp_path)
    yield store
    store.close()


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The address of a PostgreSQL database of the module's own, with all tables."""
    postgres.required()
    with postgres.own_database() as url:
        with contextlib.closing(PostgresStore(url, durable=False)) as store:
            store.create()
        yield url


@pytest.fixture
def shared(database: str) -> Iterator[PostgresStore]:
    """A store there, in which there are no rows."""
    with contextlib.closing(PostgresStore(database, durable=False)) as store:
        make_fresh(store)
        yield store
