"""The fetch station when the store fails it: no file is fetched again and again, and none is forgotten."""

import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from printhub.core.flow.fetch import AT_ONCE, AT_ONCE_FROM_ONE, PAUSE, PUT_OFF
from printhub.core.hub import Hub
from printhub.core.model.errors import StoreUnavailable
from printhub.core.model.known import FileState
from printhub.core.store import dossiers
from printhub.core.store.schema import timer
from printhub.core.store.store import Tx
from printhub.testing import FakeClock, Script
from printhub.testing.memory_hub import MemoryHub
from tests.integration.files_server import Behave, Server, answer
from tests.integration.test_fetch_station import place, printed, state, written
from tests.invariants.shop import emit, mis, order, real_hub


@pytest.fixture
def server() -> Iterator[Callable[[Behave], Server]]:
    started: list[Server] = []

    def start(behave: Behave) -> Server:
        started.append(Server(behave))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.mark.embedded  # one writer locks all others out of a file
def test_a_file_that_cannot_be_noted_is_put_off_and_not_fetched_again(server: Callable[[Behave], Server]) -> None:
    shop = server(answer())
    with MemoryHub(written(), [mis(Script())]) as hub:
        place(hub, printed("J1", shop.url(host="127.0.0.1")))
        fault = "BEFORE UPDATE ON asset BEGIN SELECT RAISE(ABORT, 'a fault of the hub itself'); END"
        hub.hub.store.write(lambda tx: tx.execute(text(f"CREATE TRIGGER fault {fault}")))

        hub.run()
        hub.run()
        hub.advance(PUT_OFF)
        assert (state(hub), len(shop.heads)) == (FileState.EXPECTED, 1)

        hub.hub.store.write(lambda tx: tx.execute(text("DROP TRIGGER fault")))
        hub.advance(PUT_OFF)

        assert (state(hub), len(shop.heads)) == (FileState.PRESENT, 1)


class Locking:
    """A file's server in whose answer another process takes the store, and keeps it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "printhub.db"
        self.other: sqlite3.Connection | None = None

    def __call__(self, connection: socket.socket, head: str) -> None:
        if self.other is None:
            self.other = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
            self.other.execute("BEGIN IMMEDIATE")
        answer()(connection, head)


@pytest.mark.embedded  # one writer locks all others out of a file
@pytest.mark.parametrize(("vanished", "asked"), [(False, 1), (True, 2)])
def test_a_file_that_came_while_the_store_was_locked_rests_and_is_then_noted(
    server: Callable[[Behave], Server], tmp_path: Path, vanished: bool, asked: int
) -> None:
    clock, locking = FakeClock(), Locking(tmp_path)
    shop = server(locking)
    with real_hub(tmp_path, written(), [mis(Script())], now=clock, busy_seconds=0.1) as hub:
        emit(hub, "printhub.order.placed", order(jobs=[printed("J1", shop.url(host="127.0.0.1"))]))
        with pytest.raises(StoreUnavailable):
            hub.fetcher.step()
        assert locking.other is not None
        with closing(locking.other) as other:
            other.execute("ROLLBACK")
        assert hub.fetcher.step() == 0
        [stored] = (tmp_path / "jobs").glob("*/*")
        if vanished:
            stored.unlink()

        clock.advance(PAUSE)
        assert hub.fetcher.step() == 1

        assert (file_state(hub), len(shop.heads), stored.exists()) == (FileState.PRESENT, asked, True)
        assert hub.fetcher.step() == 0


def file_state(hub: Hub) -> FileState:
    dossier = hub.store.read(lambda tx: dossiers.load_job(tx, "shop", "J1"))
    assert dossier is not None
    [file] = dossier.files.values()
    return file.state


def test_other_hosts_are_served_beside_however_large_a_backlog_and_after_a_restart() -> None:
    with MemoryHub(written(), [mis(Script())]) as hub:
        long_ago = hub.clock() - timedelta(days=1)

        def a_backlog(tx: Tx) -> None:
            ids = [str(hub.hub.rules.new_id()) for _ in range(10_001)]
            due = [{"kind": "fetch", "subject": id_, "due_at": long_ago, "host": "slow.example"} for id_ in ids]
            tx.execute(insert(timer), due)

        hub.hub.store.write(a_backlog)
        place(hub, printed("J1", "http://127.0.0.1:9/x"))
        hosts = ["127.0.0.1", "slow.example", "slow.example"]

        assert sorted(due.host for due in hub.hub.fetcher.take()) == hosts
        assert hub.hub.fetcher.take() == []
        hub.restart()
        assert sorted(due.host for due in hub.hub.fetcher.take()) == hosts


def test_hosts_take_turns() -> None:
    with MemoryHub(written(), [mis(Script())]) as hub:
        for host in range(1, 6):
            urls = [f"http://127.0.0.{host}:9/{number}" for number in range(8)]
            hub.emit("printhub.order.placed", order(f"O{host}", [printed(f"J{host}", *urls)]))
        fetcher = hub.hub.fetcher
        served: list[str] = []
        for _ in range(5):
            taken = fetcher.take()
            assert len(taken) == AT_ONCE
            served += [due.host for due in taken]
            for due in taken:
                fetcher.fetch(due)

        assert [served.count(f"127.0.0.{host}") for host in range(1, 6)] == [3 * AT_ONCE_FROM_ONE] * 5
