"""What becomes of a PostgreSQL store when its connections break, and what is done by a connection of its own."""

import contextlib
import logging
import re
import threading
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from printhub.core.bus.memory import MemoryBus
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.dossier import TimerKind
from printhub.core.model.errors import StoreUnavailable
from printhub.core.serving import Serving
from printhub.core.store import timers
from printhub.core.store.postgres import PostgresStore
from printhub.core.store.store import Tx, Watch
from printhub.testing import Script
from printhub.testing.clock import START
from tests.contract.store.crowd import crowd
from tests.contract.store.writes import once, recorded
from tests.invariants.shop import emit, mis, orders, settings, states, wait_until
from tests.services.database import PrivateDatabase, programs
from tests.services.proxy import Proxy

pytestmark = pytest.mark.postgresql

WAITS, GOES_ON = "waits?", "goe?s? on"
FULL = "BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END"
"""What a trigger does so that it is as if the disk were full."""


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
            other.write(partial(wake, subject=f"mis/{number}"))
            other.close()
            assert watch.changed(10), number
            quiet(watch)


def wake(tx: Tx, subject: str) -> None:
    """What stirs somebody: a timer, say. What stirs nobody is told to nobody."""
    timers.put(tx, {(TimerKind.RESUME, subject): START})


def quiet(watch: Watch) -> None:
    while watch.changed(0.05):
        pass


def test_a_watch_whose_connection_dies_says_so(database: str, shared: PostgresStore) -> None:
    with contextlib.closing(shared.watch()) as watch:
        end_all_but_mine(database)
        with pytest.raises(StoreUnavailable, match="cannot be watched"):
            quiet(watch)  # it may have heard of something before


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


def test_who_finds_no_connection_free_is_told_to_try_again(
    database: str, shared: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("printhub.core.store.postgres._POOL", {"pool_size": 1, "max_overflow": 0, "pool_timeout": 0.05})
    with contextlib.closing(PostgresStore(database)) as store:

        def work(tx: Tx) -> None:
            once("e1")(tx)
            for use in (recorded, lambda one: one.write(once("e2"))):
                with store.reading(), pytest.raises(StoreUnavailable, match="are in use; nothing was changed"):
                    use(store)

        store.write(work)
    assert recorded(shared) == ["e1"]
