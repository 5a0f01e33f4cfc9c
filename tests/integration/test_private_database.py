"""The PostgreSQL that tests and the kill suite have for themselves."""

import os
import subprocess
from collections.abc import Iterator

import pytest

from tests.services.database import PrivateDatabase, programs

pytestmark = pytest.mark.postgresql


@pytest.fixture
def database() -> Iterator[PrivateDatabase]:
    if programs() is None and "CI" not in os.environ:
        pytest.skip("PostgreSQL is not installed: there is no initdb")
    database = PrivateDatabase()
    try:
        database.start()
        yield database
    finally:
        database.close()


def answered(database: PrivateDatabase, statement: str) -> str:
    found = programs()
    assert found is not None
    ran = subprocess.run(
        [found / "psql", database.url, "-Atqc", statement], capture_output=True, text=True, timeout=60, check=True
    )
    return ran.stdout.strip()


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_what_was_committed_outlives_a_restart(database: PrivateDatabase, how: str) -> None:
    port = database.port
    answered(database, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('kept')")

    getattr(database, how)()
    with pytest.raises(subprocess.CalledProcessError):
        answered(database, "SELECT 1")
    database.start()

    assert answered(database, "SELECT word FROM kept") == "kept"
    assert database.port == port


def test_it_listens_on_loopback_only(database: PrivateDatabase) -> None:
    assert answered(database, "SHOW listen_addresses") == "127.0.0.1"
