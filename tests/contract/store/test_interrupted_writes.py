"""Ctrl-C in a write to PostgreSQL: it says that it is not done, or, where it came in the commit, that nobody knows."""

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import text

from printhub.core.store.postgres import PostgresStore
from printhub.core.store.store import Tx
from tests.contract.store.writes import once, recorded
from tests.invariants.shop import wait_until

pytestmark = pytest.mark.postgresql

SLOW_COMMIT = (
    "CREATE TABLE slow (id int)",
    "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END'",
    """CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED
       FOR EACH ROW EXECUTE FUNCTION slow()""",
)
QUICK_AGAIN = ("DROP TABLE slow", "DROP FUNCTION slow")
RUNNING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'"
    " AND wait_event = 'PgSleep' AND query LIKE :beginning"
)


def carry_out(store: PostgresStore, statements: Sequence[str]) -> None:
    store.write(lambda tx: [tx.execute(text(statement)) for statement in statements])


@pytest.fixture
def slow(shared: PostgresStore) -> Iterator[None]:
    """A table whose rows make a commit take a minute."""
    carry_out(shared, SLOW_COMMIT)
    yield
    carry_out(shared, QUICK_AGAIN)


@contextmanager
def interrupted_when(url: str, beginning: str) -> Iterator[None]:
    """Interrupt the main thread once the server has been at a statement that begins so."""
    main = threading.main_thread().ident
    assert main is not None

    def run() -> None:
        with closing(PostgresStore(url)) as beside:
            asked = {"beginning": f"{beginning}%"}
            wait_until(lambda: beside.read(lambda tx: tx.execute(RUNNING, asked).scalar_one()), f"{beginning} runs")
        signal.pthread_kill(main, signal.SIGINT)

    thread = threading.Thread(target=run)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    thread.start()
    try:
        yield
    finally:
        thread.join()
        signal.signal(signal.SIGINT, before)


def sleeping(tx: Tx) -> None:
    once("e1")(tx)
    tx.execute(text("SELECT pg_sleep(60)"))


def committing_slowly(tx: Tx) -> None:
    once("e1")(tx)
    tx.execute(text("INSERT INTO slow VALUES (1)"))


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize(
    ("work", "statement", "told"),
    [(sleeping, "SELECT pg_sleep", "it is not done"), (committing_slowly, "COMMIT", "is not known: look before")],
)
def test_a_write_that_is_interrupted_says_what_became_of_it(
    shared: PostgresStore, database: str, work: Callable[[Tx], None], statement: str, told: str
) -> None:
    with interrupted_when(database, statement), pytest.raises(KeyboardInterrupt, match=told):
        shared.write(work)

    shared.write(once("e2"))
    assert recorded(shared) == ["e2"]
