"""A store on an empty database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from printhub.core.store.store import Store
from tests.services.stores import fresh_store


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Store]:
    """All tables, no rows."""
    store = fresh_store(tmp_path)
    yield store
    store.close()
