"""Who may ask, in a hub of its own."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.identity.house import House
from tests.services.stores import fresh_store


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with contextlib.closing(fresh_store(tmp_path)) as store, contextlib.closing(House(store)) as made:
        yield made
