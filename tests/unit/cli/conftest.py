"""The shop that most tests of commands work in."""

from pathlib import Path

import pytest

from tests.unit.cli.shop import Shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A print shop with an empty store."""
    made = Shop(tmp_path)
    assert made.cli("db", "upgrade").exit_code == 0
    return made
