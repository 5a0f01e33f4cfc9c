"""How a PostgreSQL store takes writes: others may be in the way, and the connection may break at any moment."""

import contextlib
import logging
import re
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError

from printhub.core.bus.memory import MemoryBus
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import StoreUnavailable
from printhub.core.serving import Serving
from printhub.core.store import dossiers, events
from printhub.core.store.postgres import PostgresStore, postgres_url
from printhub.core.store.schema import delivery, job, person
from printhub.core.store.store import Tx, Watch, apart
from printhub.testing import Script
from tests.contract.store.crowd import at_once, crowd
from tests.contract.store.records import an_event_record
from tests.invariants.shop import emit, mis, order, orders, settings, states, wait_until
from tests.services.database import PrivateDatabase, programs
from tests.services.proxy import Proxy

pytestmark = pytest.mark.postgresql

PASSWORD = "s3cret-0f-the-store"
MARKER = "Jane Marker"
FULL = "BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END"
"""What a trigger does so that it is as if the disk were full."""
WAITS, GOES_ON = "waits?", "goe?s? on"


@pytest.fixture
def proxy(database: str) -> Iterator[Proxy]:
    url = make_url(database)
    with contextlib.closing(Proxy((url.host or "127.0.0.1", url.port or 5432))) as made:
        yield made


@pytest.fixture
def through(database: str, shared: PostgresStore, proxy: Proxy) -> Iterator[PostgresStore]:
    """A store whose connections a test can cut; `shared` is the same database without a proxy."""
    assert shared.url.database == make_url(database).database
    url = make_url(database).set(host="127.0.0.1", port=proxy.port).render_as_string(hide_password=False)
    with contextlib.closing(PostgresStore(url, durable=False)) as store:
        yield store


def once(name: str) -> Callable[[Tx], None]:
    """Records an event, if it is not there yet."""

    def work(tx: Tx) -> None:
        if not events.named(tx, ["shop"], name):
            events.record(tx, an_event_record(source="shop", source_id=name))

    return work


def recorded(store: PostgresStore) -> list[str]:
    return sorted(one.source_id for one in store.read(lambda tx: events.listed(tx, None, 1000)))


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


@pytest.mark.parametrize("arrives", [True, False])
def test_of_a_connection_that_is_cut_in_a_commit_it_is_said_that_nobody_knows(
    shared: PostgresStore, through: PostgresStore, proxy: Proxy, arrives: bool
) -> None:
    runs: list[int] = []

    def work(tx: Tx) -> None:
        runs.append(1)
        once("e1")(tx)
        asked = proxy.asked
        proxy.stall(questions=not arrives, answers=True)
        threading.Thread(target=cut, args=(asked,)).start()

    def cut(asked: int) -> None:
        wait_until(lambda: proxy.asked > asked, "the commit is on its way")
        if arrives:
            wait_until(lambda: recorded(shared) == ["e1"], "it has arrived")
        proxy.drop()

    with pytest.raises(StoreUnavailable, match="whether it was made is not known"):
        through.write(work)
    proxy.heal()

    assert len(runs) == 1
    wait_until(lambda: recorded(shared) == (["e1"] if arrives else []), "the server has noticed")
    through.write(once("e1"))
    assert recorded(shared) == ["e1"]


def test_what_a_cut_before_the_commit_undid_is_run_again(
    shared: PostgresStore, through: PostgresStore, proxy: Proxy
) -> None:
    runs: list[int] = []

    def work(tx: Tx) -> None:
        runs.append(1)
        once("e1")(tx)
        if len(runs) == 1:
            proxy.drop()
        once("e2")(tx)

    through.write(work)

    assert (len(runs), recorded(shared)) == (2, ["e1", "e2"])


def test_a_read_outlives_a_connection_that_had_gone_stale(through: PostgresStore, proxy: Proxy) -> None:
    assert recorded(through) == []
    proxy.drop()

    assert recorded(through) == []


def test_a_server_that_is_not_there_is_told_at_once_and_used_again_later(through: PostgresStore, proxy: Proxy) -> None:
    proxy.cut()
    for use in (recorded, lambda store: store.write(once("e1"))):
        with pytest.raises(StoreUnavailable, match="cannot be used"):
            use(through)
    proxy.heal()

    through.write(once("e1"))
    assert recorded(through) == ["e1"]


def test_a_restart_of_the_server_is_survived_and_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    if programs() is None:
        pytest.skip("PostgreSQL is not installed: there is no initdb")
    caplog.set_level(logging.INFO, "printhub")
    server, script, data = PrivateDatabase(), Script(), list(orders(2))
    with contextlib.closing(server):
        server.start()
        with contextlib.closing(PostgresStore(server.url)) as store:
            store.create()
        with crowd(server.url, tmp_path, settings(), [mis(script)]) as made, Serving(made.join(), MemoryBus()) as one:
            hub = made.join()
            wait_until(lambda: one.leading, "it has the duties")
            emit(hub, "printhub.order.placed", data[0][1])
            wait_until(lambda: states(hub) == {("mis", DeliveryState.DONE): 1}, "the first is done")

            server.stop()
            wait_until(lambda: not one.leading, "it noticed")
            wait_until(lambda: told(caplog, WAITS), "it has said so")
            server.start()

            wait_until(lambda: one.leading, "it has the duties again")
            emit(hub, "printhub.order.placed", data[1][1])
            wait_until(lambda: states(hub) == {("mis", DeliveryState.DONE): 2}, "the second is done")
            wait_until(lambda: told(caplog, GOES_ON).keys() == told(caplog, WAITS).keys(), "all go on")
    assert set(told(caplog, WAITS).values()) == {1}
    assert set(told(caplog, GOES_ON).values()) == {1}
    assert len(script.asked("notify")) == 2


def test_duties_that_could_not_be_begun_are_begun_later(
    database: str, shared: PostgresStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shared.write(
        lambda tx: tx.execute(text(f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $${FULL}$$"))
    )
    shared.write(lambda tx: tx.execute(text("CREATE TRIGGER refuse BEFORE INSERT ON hub EXECUTE FUNCTION refuse()")))
    try:
        with (
            crowd(database, tmp_path, settings(), [mis(Script())]) as made,
            Serving(made.join(), MemoryBus()) as serving,
        ):
            wait_until(lambda: told(caplog, WAITS)["the duties"], "it has said that it cannot")
            assert not serving.leading
            shared.write(lambda tx: tx.execute(text("DROP TRIGGER refuse ON hub")))
            wait_until(lambda: serving.leading, "the duties are begun")
    finally:
        shared.write(lambda tx: tx.execute(text("DROP FUNCTION refuse CASCADE")))


def told(caplog: pytest.LogCaptureFixture, what: str) -> Counter[str]:
    """How often each part of the hub said that it waits, or that it goes on."""
    found = (re.match(rf"(.*) {what}(:|$)", one.getMessage()) for one in list(caplog.records))
    return Counter(one[1] for one in found if one)


def test_a_watch_hears_the_commits_of_another_store_and_the_last_one_of_a_short_command(
    database: str, shared: PostgresStore
) -> None:
    with contextlib.closing(shared.watch()) as watch:
        quiet(watch)
        for number in range(10):
            other = PostgresStore(database, durable=False)
            other.write(once(f"e{number}"))
            other.close()
            assert watch.changed(10), number
            quiet(watch)


def quiet(watch: Watch) -> None:
    while watch.changed(0.05):
        pass


def test_a_watch_whose_connection_dies_says_so(database: str, shared: PostgresStore) -> None:
    with contextlib.closing(shared.watch()) as watch:
        end_all_but_mine(database)
        with pytest.raises(StoreUnavailable, match="cannot be watched"):
            watch.changed(10)


def test_a_role_is_one_process_at_a_time_and_passes_on_when_its_connection_dies(
    database: str, shared: PostgresStore
) -> None:
    with contextlib.closing(PostgresStore(database)) as other:
        first = shared.lead("duties")
        assert first is not None
        assert other.lead("duties") is None
        another = other.lead("another")
        assert another is not None

        end_all_but_mine(database)
        assert not first.stands()
        first.give_up()
        another.give_up()
        second = other.lead("duties")
        assert second is not None
        assert second.stands()
        assert shared.lead("duties") is None
        second.give_up()
        third = shared.lead("duties")
        assert third is not None
        third.give_up()


def end_all_but_mine(database: str) -> None:
    """End every connection to the database, and wait until they are gone."""
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"SELECT pg_terminate_backend(pid) {others}")
        wait_until(lambda: connection.execute(f"SELECT count(*) {others}").fetchone() == (0,), "all are gone")


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
    with pytest.raises(ValueError, match="expected an address") as error:
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
