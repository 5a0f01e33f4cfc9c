"""How the store takes writes: many callers share a commit, and each answers for nothing but its own."""

import contextlib
import resource
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import IntegrityError

from printhub.core.model.errors import StoreUnavailable
from printhub.core.store import events as rows
from printhub.core.store.doorbell import Doorbell, ring
from printhub.core.store.sqlite import SqliteStore
from printhub.core.store.store import Store, Tx
from tests.contract.store.records import an_event_record
from tests.invariants.shop import wait_until

pytestmark = pytest.mark.embedded  # the one writer of a file; of many writers see test_many_writers.py


@pytest.fixture
def commits() -> list[int]:
    return []


@pytest.fixture
def store(tmp_path: Path, commits: list[int]) -> Iterator[SqliteStore]:
    opened = SqliteStore(
        tmp_path / "hub.db", busy_seconds=0.2, durable=False, on_commit=lambda _stirring: commits.append(1)
    )
    opened.create()
    yield opened
    opened.close()


class Gate:
    """A write that keeps the writer busy until it is opened, so that others gather behind it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._entered = threading.Event()
        self._opened = threading.Event()

    def __enter__(self) -> "Gate":
        self._thread = threading.Thread(target=self._store.write, args=(self._hold,))
        self._thread.start()
        assert self._entered.wait(10)
        return self

    def __exit__(self, *exception: object) -> None:
        self.open()
        self._thread.join(10)

    def open(self) -> None:
        self._opened.set()

    def _hold(self, _tx: Tx) -> None:
        self._entered.set()
        assert self._opened.wait(10)


def gathered(store: SqliteStore, works: list[Callable[[Tx], Any]]) -> list[Any]:
    """Hand all works in while the writer is busy, and return what each came to: its result or its error."""
    waiting = threading.Semaphore(0)

    def hand_in(work: Callable[[Tx], Any]) -> object:
        waiting.release()
        try:
            return store.write(work)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        with Gate(store) as gate:
            handed = [pool.submit(hand_in, work) for work in works]
            for _ in works:
                assert waiting.acquire(timeout=10)
            wait_until(lambda: store.queued >= len(works), "all writes are queued")
            gate.open()
        return [one.result(20) for one in handed]


def an_insert(number: int) -> Callable[[Tx], int]:
    def work(tx: Tx) -> int:
        rows.record(tx, an_event_record(source_id=str(number)))
        return number

    return work


def recorded(store: SqliteStore) -> set[str]:
    return {found.source_id for found in store.read(lambda tx: rows.listed(tx, None, 1000))}


def test_32_writers_that_come_together_share_one_commit(store: SqliteStore, commits: list[int]) -> None:
    results = gathered(store, [an_insert(number) for number in range(32)])

    assert results == list(range(32))
    assert len(recorded(store)) == 32
    assert len(commits) == 2  # the gate's own, and one for all of them


def test_a_failing_write_hits_only_its_own_caller(store: SqliteStore, commits: list[int]) -> None:
    store.write(an_insert(3))

    def fails(_tx: Tx) -> None:
        raise ValueError("a fault of its own")

    results = gathered(store, [an_insert(1), fails, an_insert(2), an_insert(3)])

    assert results[0] == 1
    assert isinstance(results[1], ValueError)
    assert results[2] == 2
    assert isinstance(results[3], IntegrityError)
    assert recorded(store) == {"1", "2", "3"}
    assert len(commits) == 4  # 3, the gate, and then one each for what could be written


def test_the_work_of_a_group_that_failed_is_run_a_second_time_and_counts_once(store: SqliteStore) -> None:
    runs: list[int] = []

    def counted(tx: Tx) -> None:
        runs.append(1)
        an_insert(7)(tx)

    def fails(_tx: Tx) -> None:
        raise ValueError("a fault of its own")

    gathered(store, [counted, fails])

    assert len(runs) == 2
    assert recorded(store) == {"7"}


def test_the_end_of_a_thread_inside_a_write_does_not_end_the_writer(store: SqliteStore) -> None:
    def leaves(_tx: Tx) -> None:
        raise SystemExit(1)

    with pytest.raises(SystemExit):
        store.write(leaves)

    assert store.write(an_insert(1)) == 1


def test_a_write_is_there_when_it_returns_and_not_before(store: SqliteStore) -> None:
    seen: list[set[str]] = []

    def work(tx: Tx) -> None:
        an_insert(1)(tx)
        seen.append(recorded(store))  # another connection, while this transaction is open

    store.write(work)

    assert seen == [set()]
    assert recorded(store) == {"1"}


def test_reads_go_on_during_a_write_and_see_one_moment(store: SqliteStore) -> None:
    store.write(an_insert(1))

    with Gate(store):
        assert recorded(store) == {"1"}

    def read_twice(tx: Tx) -> tuple[int, int]:
        before = len(rows.listed(tx, None, 10))
        store.write(an_insert(2))
        return before, len(rows.listed(tx, None, 10))

    assert store.read(read_twice) == (1, 1)
    assert recorded(store) == {"1", "2"}


def test_a_locked_store_says_so_and_takes_writes_again_afterwards(store: SqliteStore) -> None:
    with other_process(store) as connection:
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match=r"hub\.db is locked by another process; nothing was changed"):
            store.write(an_insert(1))
        assert recorded(store) == set()  # reading is possible all the time
        connection.execute("ROLLBACK")

    assert store.write(an_insert(1)) == 1


def test_those_who_wait_for_a_locked_store_wait_together_and_not_in_turn(store: SqliteStore) -> None:
    begun: list[str] = []

    def note(_connection: Connection) -> None:
        begun.append(threading.current_thread().name)

    with other_process(store) as connection, ThreadPoolExecutor(20) as pool:
        connection.execute("BEGIN IMMEDIATE")
        event.listen(Engine, "begin", note)
        try:
            handed = [pool.submit(store.write, an_insert(number)) for number in range(20)]
            outcomes = [one.exception(30) for one in handed]
        finally:
            event.remove(Engine, "begin", note)

    assert all(isinstance(one, StoreUnavailable) for one in outcomes)
    assert len(begun) < 10  # each attempt to begin waits as long as the store is patient


def test_a_closed_store_refuses_writes_and_leaves_nobody_waiting(tmp_path: Path) -> None:
    for _ in range(20):
        store = SqliteStore(tmp_path / "hub.db", durable=False)
        store.create()
        with ThreadPoolExecutor(4) as pool:
            handed = [pool.submit(store.write, lambda _tx: None) for _ in range(4)]
            store.close()
            for one in handed:
                error = one.exception(10)
                assert error is None or isinstance(error, StoreUnavailable)


def test_what_was_queued_before_closing_is_written(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "hub.db", durable=False)
    store.create()
    with ThreadPoolExecutor(1) as pool:
        with Gate(store) as gate:
            written = pool.submit(store.write, an_insert(1))
            wait_until(lambda: store.queued >= 1, "the write is queued")
            closing = threading.Thread(target=store.close)
            closing.start()
            gate.open()
        assert written.result(10) == 1
        closing.join(10)

    again = SqliteStore(tmp_path / "hub.db", durable=False)
    assert recorded(again) == {"1"}
    again.close()


def test_a_watch_tells_that_another_process_has_committed(store: SqliteStore) -> None:
    watch = store.watch()
    assert not watch.changed(0)

    with other_process(store) as connection:
        connection.execute("INSERT INTO timer (kind, subject, due_at) VALUES ('retry', 'x', 0)")
        connection.commit()

    assert watch.changed(10)
    assert not watch.changed(0)
    watch.close()


def test_another_process_of_the_hub_rings_when_it_has_committed(tmp_path: Path) -> None:
    serving, other = SqliteStore(tmp_path / "hub.db"), SqliteStore(tmp_path / "hub.db")
    serving.create()
    watch = serving.watch()
    try:
        for _ in range(3):
            other.write(lambda _tx: None)  # nothing is changed, which the number of SQLite would not show
            assert watch.changed(0.5)
        serving.write(lambda _tx: None)
        assert not watch.changed(0)
    finally:
        watch.close()
        other.close()
        serving.close()


def test_a_bell_is_heard_in_a_process_that_has_very_many_files_open(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 2048:
        pytest.skip(f"a process may have {hard} files open here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2048), hard))
    try:
        with contextlib.ExitStack() as opened:
            for _ in range(1030):
                opened.enter_context((tmp_path / "file").open("w"))
            bell = Doorbell(tmp_path / "bell")
            opened.callback(bell.close)
            ring(tmp_path / "bell")

            assert bell.rung(5)
            assert not bell.rung(0)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_where_no_bell_can_be_the_file_is_looked_at(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / ".hub.db-bell").write_text("something else")
    store = SqliteStore(tmp_path / "hub.db")
    store.create()
    watch = store.watch()
    try:
        with other_process(store) as connection:
            connection.execute("INSERT INTO timer (kind, subject, due_at) VALUES ('retry', 'x', 0)")
            connection.commit()
        assert watch.changed(10)
    finally:
        watch.close()
        store.close()
    assert "something else in its place" in caplog.text


def test_a_store_without_tables_says_what_to_do(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "hub.db", durable=False)

    with pytest.raises(StoreUnavailable, match="run `printhub db upgrade`"):
        store.read(lambda tx: rows.listed(tx, None, 1))
    with pytest.raises(StoreUnavailable, match="run `printhub db upgrade`"):
        store.write(an_insert(1))
    store.close()


def test_a_store_that_cannot_be_opened_says_which(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "no such folder" / "hub.db", durable=False)

    with pytest.raises(StoreUnavailable, match=r"no such folder/hub\.db cannot be used: unable to open"):
        store.write(lambda _tx: None)
    store.close()


class Closing:
    """A connection of another process: SQLite makes no difference between two connections and two processes."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, timeout=10, check_same_thread=False)

    def __enter__(self) -> sqlite3.Connection:
        return self._connection

    def __exit__(self, *exception: object) -> None:
        self._connection.close()


def other_process(store: SqliteStore) -> Closing:
    return Closing(store.path)
