"""A disk that is full: a clear error, nothing lost, and everything goes on once there is room."""

import os
import resource
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event

from printhub.core.model.errors import StoreUnavailable
from printhub.core.store import events as rows
from printhub.core.store.sqlite import SqliteStore
from printhub.core.store.store import Store
from printhub.testing.clock import START
from tests.contract.store.records import an_event_record

pytestmark = pytest.mark.embedded  # the disk under a file

ROOM = 40
"""Pages beyond those of the empty tables."""


def test_a_full_store_says_so_keeps_what_it_had_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "hub.db", durable=False)
    store.create()
    pages = store.read(lambda tx: tx.exec_driver_sql("PRAGMA page_count").scalar_one())
    room = [pages + ROOM]

    def little_room(connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {room[0]}")

    # SQLite counts the same way whether the disk ends or its own limit; only the latter can be had without a disk.
    event.listen(Engine, "begin", little_room)
    try:
        written, error = fill_until_refused(store)
        assert "hub.db is full; nothing was changed" in error
        assert written > 0
        assert len(store.read(lambda tx: rows.listed(tx, None, 2000))) == written

        room[0] = pages + 10 * ROOM
        store.write(lambda tx: fill(tx, written))
        assert len(store.read(lambda tx: rows.listed(tx, None, 2000))) == written + 1
    finally:
        event.remove(Engine, "begin", little_room)
        store.close()


def test_a_disk_that_refuses_to_write_loses_nothing_that_was_confirmed(tmp_path: Path) -> None:
    """The limit of the operating system on the size of a file, in a process of its own."""
    store = SqliteStore(tmp_path / "hub.db", durable=False)
    store.create()
    store.close()
    child = subprocess.run(
        [sys.executable, "-m", "tests.contract.store.test_full_disk", str(tmp_path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    confirmed, error = child.stdout.splitlines()

    assert "hub.db" in error
    store = SqliteStore(tmp_path / "hub.db", durable=False)
    assert len(store.read(lambda tx: rows.listed(tx, None, 10_000))) == int(confirmed) > 0
    store.write(lambda tx: fill(tx, int(confirmed)))
    store.close()


def fill(tx: Connection, number: int) -> None:
    body = rows.keep(tx, an_event_record().id, os.urandom(4000), str(number), START)
    rows.record(tx, an_event_record(source_id=str(number), payload_id=body))


def fill_until_refused(store: Store) -> tuple[int, str]:
    """How many writes were confirmed, and the error that ended them."""
    for number in range(5000):
        try:
            store.write(partial(fill, number=number))
        except StoreUnavailable as error:
            return number, str(error)
    raise AssertionError("the store was never full")


def main(folder: Path) -> None:
    """Write until the system refuses, then tell how much was confirmed and how it was refused."""
    store = SqliteStore(folder / "hub.db")
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))
    confirmed, error = fill_until_refused(store)
    sys.stdout.write(f"{confirmed}\n{error}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
