"""A store on an empty database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from printhub.core.store.sqlite import SqliteStore
from printhub.core.store.store import Store


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Store]:
    """All tables, no rows."""
    store = SqliteStore(tmp_path / "hub.db", durable=False)
    store.create()
    yield store
    store.close()
