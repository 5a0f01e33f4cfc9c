"""How a PostgreSQL store takes writes that others may be in the way of; and what it never tells."""

import contextlib
import logging
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError

from printhub.core.model.errors import StoreUnavailable
from printhub.core.store import dossiers, events
from printhub.core.store.postgres import PostgresStore, postgres_url
from printhub.core.store.schema import delivery, job, person
from printhub.core.store.store import Tx, apart
from printhub.testing import Script
from tests.contract.store.crowd import at_once, crowd
from tests.contract.store.records import an_event_record
from tests.contract.store.writes import once, recorded
from tests.invariants.shop import emit, mis, order, settings

pytestmark = pytest.mark.postgresql

PASSWORD = "s3cret-0f-the-store"
MARKER = "Jane Marker"


def counters(store: PostgresStore) -> None:
    def make(tx: Tx) -> None:
        tx.execute(text("CREATE TABLE IF NOT EXISTS counted (id int PRIMARY KEY, n int NOT NULL)"))
        tx.execute(text("DELETE FROM counted"))
        tx.execute(text("INSERT INTO counted VALUES (1, 0), (2, 0)"))

    store.write(make)


def counts(store: PostgresStore) -> list[int]:
    return store.read(lambda tx: list(tx.execute(text("SELECT n FROM counted ORDER BY id")).scalars()))


_COUNT = text("UPDATE counted SET n = n + 1 WHERE id = :id")


class Meeting:
    """Two transactions that meet in the middle of their first runs; later runs are alone."""

    def __init__(self) -> None:
        self._barrier = threading.Barrier(2)
        self._met = threading.local()
        self.runs = 0
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Count a run."""
        with self._lock:
            self.runs += 1

    def wait(self) -> None:
        """Wait for the other, the first time."""
        if not getattr(self._met, "before", False):
            self._met.before = True
            self._barrier.wait(30)


def test_two_who_write_the_same_key_at_once_both_succeed_and_it_counts_once(shared: PostgresStore) -> None:
    meeting = Meeting()

    def work(tx: Tx) -> None:
        meeting.begin()
        if not events.named(tx, ["shop"], "e1"):
            meeting.wait()
            events.record(tx, an_event_record(source="shop", source_id="e1"))

    at_once([lambda: shared.write(work)] * 2)

    assert recorded(shared) == ["e1"]
    assert meeting.runs == 3


def test_of_a_deadlock_the_one_that_gave_way_is_run_again(shared: PostgresStore) -> None:
    counters(shared)
    meeting = Meeting()

    def counting(first: int, second: int) -> Callable[[Tx], None]:
        def work(tx: Tx) -> None:
            meeting.begin()
            tx.execute(text("SET LOCAL deadlock_timeout = '20ms'"))
            tx.execute(_COUNT, {"id": first})
            meeting.wait()
            tx.execute(_COUNT, {"id": second})

        return work

    at_once([lambda: shared.write(counting(1, 2)), lambda: shared.write(counting(2, 1))])

    assert counts(shared) == [2, 2]
    assert meeting.runs == 3


def test_who_read_what_another_has_changed_since_is_run_again(shared: PostgresStore) -> None:
    counters(shared)
    meeting = Meeting()

    def work(tx: Tx) -> None:
        meeting.begin()
        tx.execute(text("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"))
        found = tx.execute(text("SELECT n FROM counted WHERE id = 1")).scalar_one()
        meeting.wait()
        tx.execute(text("UPDATE counted SET n = :n WHERE id = 1"), {"n": found + 1})

    at_once([lambda: shared.write(work)] * 2)

    assert counts(shared) == [2, 0]
    assert meeting.runs == 3


def test_many_who_write_with_others_each_count_once(shared: PostgresStore) -> None:
    counters(shared)

    at_once([lambda: shared.write_with_others(_count_all, 1)] * 24)

    assert counts(shared) == [24, 0]


def _count_all(tx: Tx, items: Any) -> None:  # noqa: ANN401 - a list of the places
    for place in items:
        tx.execute(_COUNT, {"id": place})


def test_a_fault_of_its_own_is_not_tried_again(shared: PostgresStore) -> None:
    runs: list[int] = []

    def work(tx: Tx) -> None:
        runs.append(1)
        once("e1")(tx)
        raise ValueError("a fault of its own")

    with pytest.raises(ValueError, match="of its own"):
        shared.write(work)
    assert (len(runs), recorded(shared)) == (1, [])


def test_a_part_of_a_transaction_that_met_another_is_run_again_by_itself(shared: PostgresStore) -> None:
    met = threading.Event()
    other = threading.Thread(target=lambda: shared.write(once("e1")))
    runs: list[int] = []

    def part(tx: Tx) -> None:
        runs.append(1)
        if not events.named(tx, ["shop"], "e1"):
            if not met.is_set():
                met.set()
                other.start()
                other.join(30)
            events.record(tx, an_event_record(source="shop", source_id="e1"))

    def work(tx: Tx) -> None:
        once("e0")(tx)
        apart(tx, lambda: part(tx))

    shared.write(work)

    assert (len(runs), recorded(shared)) == (2, ["e0", "e1"])


def test_a_read_cannot_write(shared: PostgresStore) -> None:
    with pytest.raises(DBAPIError, match="read-only transaction"):
        shared.read(once("e1"))
    assert recorded(shared) == []


def test_a_read_locks_nothing_and_waits_for_nobody(database: str, shared: PostgresStore, tmp_path: Path) -> None:
    with crowd(database, tmp_path, settings(), [mis(Script())]) as made:
        emit(made.join(), "printhub.order.placed", order())
    [id_] = shared.read(lambda tx: tx.execute(select(job.c.id)).scalars().all())
    held, free = threading.Event(), threading.Event()

    def hold(tx: Tx) -> None:
        dossiers.load(tx, [id_])
        held.set()
        assert free.wait(30)

    def look(tx: Tx) -> set[str]:
        assert dossiers.load(tx, [id_])
        assert dossiers.load_order(tx, "shop", "O1")[0]
        mine = text("SELECT DISTINCT mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation'")
        return set(tx.execute(mine).scalars())

    with ThreadPoolExecutor(2) as pool:
        holding = pool.submit(shared.write, hold)
        try:
            assert held.wait(30)
            assert pool.submit(shared.read, look).result(30) == {"AccessShareLock"}
        finally:
            free.set()
        holding.result(30)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://printhub:{PASSWORD}@127.0.0.1:1/printhub",
        f"postgresql://printhub@127.0.0.1:1/printhub?password={PASSWORD}",
    ],
)
def test_a_password_is_in_no_repr_no_error_and_no_log(url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with contextlib.closing(PostgresStore(url)) as store:
        said = [store.name, repr(store), repr(store.url), str(store.url), repr(vars(store))]
        for use in (recorded, lambda one: one.write(once("e1")), lambda one: one.lead("duties"), PostgresStore.watch):
            with pytest.raises(StoreUnavailable) as error:
                use(store)
            said += traceback.format_exception(error.value)

    assert "127.0.0.1:1/printhub" in store.name
    assert PASSWORD not in "".join(said) + caplog.text


@pytest.mark.parametrize("url", [f"mysql://printhub:{PASSWORD}@host/db", f"printhub:{PASSWORD}", "postgresql://host"])
def test_what_is_no_address_of_a_database_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match="expected the address of a database") as error:
        postgres_url(url)
    assert PASSWORD not in "".join(traceback.format_exception(error.value))


def test_what_a_row_holds_is_not_in_the_error_about_it(shared: PostgresStore) -> None:
    def work(tx: Tx) -> None:
        tx.execute(insert(person), {"id": UUID(int=1), "data": {"name": MARKER}, "erased_at": None})
        tx.execute(text("ALTER TABLE person ADD CHECK (data IS NULL)"))

    with pytest.raises(IntegrityError, match="is violated by some row") as error:
        shared.write(work)
    assert MARKER not in "".join(traceback.format_exception(error.value))

    with pytest.raises(IntegrityError, match="null value in column") as failed:
        shared.write(lambda tx: tx.execute(insert(delivery), {"id": UUID(int=1), "subject": MARKER}))
    assert MARKER not in "".join(traceback.format_exception(failed.value))


def test_a_closed_store_takes_no_writes(database: str) -> None:
    store = PostgresStore(database)
    store.close()
    store.close()

    with pytest.raises(StoreUnavailable, match="is closed"):
        store.write(once("e1"))
    with pytest.raises(StoreUnavailable, match="is closed"):
        store.write_with_others(_count_all, 1)


def test_a_database_without_tables_says_what_to_do(database: str) -> None:
    url = make_url(database).set(database="postgres").render_as_string(hide_password=False)
    with contextlib.closing(PostgresStore(url)) as store:
        for use in (recorded, lambda one: one.write(once("e1"))):
            with pytest.raises(StoreUnavailable, match="run `printhub db upgrade`"):
                use(store)
