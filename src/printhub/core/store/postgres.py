"""The store of many processes: a PostgreSQL database. All that is PostgreSQL's own begins here."""

import contextlib
import logging
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

import psycopg
from psycopg import sql
from sqlalchemy import URL, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, OperationalError

from printhub.core.model.errors import StoreUnavailable
from printhub.core.settings.addresses import database_address
from printhub.core.store.group import Group, Item
from printhub.core.store.stirring import Stirring, taken_from
from printhub.core.store.store import READING, OnCommit, Store, Tx, engine_to

T = TypeVar("T")

log = logging.getLogger(__name__)

CHANNEL = "printhub_commits"
"""What is notified after a commit, so that other processes look; it carries nothing."""
_CONNECT: dict[str, Any] = {
    "application_name": "printhub",
    "connect_timeout": 4,
    # Who is gone without a word is noticed within some seconds, by us and by the server, whose locks of ours end then.
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
    "options": "-c timezone=UTC -c lock_timeout=10s -c idle_in_transaction_session_timeout=20s "
    "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 -c tcp_user_timeout=10000",
}
_POOL = {"pool_size": 8, "max_overflow": 24, "pool_timeout": 30, "pool_recycle": 1800}
_SPEAKS = "SET idle_session_timeout = '5s'"
_TRIES = 6
"""How often a transaction is tried that others got in the way of, or whose connection had gone stale."""
_CONFLICTS = frozenset({"40001", "40P01", "23505"})
"""Codes (PostgreSQL, appendix A) after which the same work may well succeed: it is run on what others have written.

Serialization failure, deadlock, and a key that another transaction has just written.
"""
_NO_TABLE = frozenset({"42P01", "42703"})
_DISK_FULL = "53100"


def postgres_url(text: str) -> URL:
    """Read the address of a database; raises ValueError, which says nothing of the password."""
    url = make_url(database_address(text))
    password = url.query.get("password")  # libpq takes it there, too, and everything would show it there
    if isinstance(password, str):
        url = url.difference_update_query(["password"]).set(password=password)
    return url.set(drivername="postgresql+psycopg")


class PostgresStore(Store):
    """A PostgreSQL database, shared by all processes of a hub.

    Each write has a connection and a transaction of its own; those that many do at once share theirs. What met with
    a conflict is run again. A connection that breaks while a commit is on its way leaves open what became of it: that
    is a StoreUnavailable too, and what is then written again has to bear being written twice.
    """

    shared = True

    def __init__(self, url: str, *, durable: bool = True, on_commit: OnCommit = lambda _stirring: None) -> None:
        """Connect to the database at `url` when it is needed; `on_commit` is called after every commit of this process.

        A store that is not `durable` does not wait for the disk: a power cut may take its last commits. For tests.
        """
        self.url = postgres_url(url)
        options = dict(_CONNECT)
        if not durable:
            options["options"] = f"{_CONNECT['options']} -c synchronous_commit=off"
        reader = engine_to(self.url, connect_args=options, isolation_level="REPEATABLE READ", **_POOL)
        writing = engine_to(self.url, connect_args=options, isolation_level="READ COMMITTED", **_POOL)
        name = self.url.set(drivername="postgresql", username=None, password=None, query={}).render_as_string()
        self._notifier = _Notifier(self._connect)
        super().__init__(
            name,
            reader=reader.execution_options(**{READING: True, "postgresql_readonly": True}),
            writing=writing,
            on_commit=on_commit,
        )
        for engine in (reader, writing):
            event.listen(engine, "handle_error", _without_values)
        self._group = Group(self.name, self._run)
        self._closed = False

    def read(self, work: Callable[[Tx], T]) -> T:
        """See Store.read."""
        try:
            return super().read(work)
        except StoreUnavailable as error:
            if not _went_stale(error.__cause__):
                raise
            return super().read(work)  # the server was restarted, say; the pool has forgotten its connections

    def write(self, work: Callable[[Tx], T]) -> T:
        """See Store.write; a caller that is interrupted is told that it is not done, or, in a commit, not known."""
        if self._closed:
            raise StoreUnavailable(f"the store {self.name} is closed")
        return self._run(work)

    def write_with_others(self, work: Callable[[Tx, Sequence[Item]], None], item: Item) -> None:
        """See Store.write_with_others."""
        self._group.with_others(work, item)

    @property
    def queued(self) -> int:
        """How many writes wait for the present commit to end."""
        return self._group.waiting

    def watch(self) -> "PostgresWatch":
        """See Store.watch."""
        try:
            return PostgresWatch(self._connect(), lambda: self._notifier.backend)
        except psycopg.Error as error:
            raise StoreUnavailable(f"the store {self.name} cannot be used: {_words(error)}") from error

    def exists(self) -> bool:
        """A database is there, or cannot be reached: that shows when it is asked."""
        return True

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other migrations off while this one runs."""
        connection = self._lock("migration", wait=True)
        try:
            yield
        finally:
            if connection is not None:
                connection.close()

    def copy_aside(self, version: str, now: datetime) -> None:
        """Nothing is copied: a migration is one transaction, and backups of the server are the operator's to take."""

    def lead(self, name: str) -> "Lead | None":
        """Take a role that one process of the hub has at a time; None while another has it. Raises StoreUnavailable."""
        connection = self._lock(name, wait=False)
        if connection is None:
            return None
        connection.execute(_SPEAKS)  # whoever does not is gone, whatever the network says
        return Lead(connection)

    def close(self) -> None:
        """Finish what is queued, and close all connections."""
        if self._group.close():
            self._closed = True
            self._notifier.close()
            super().close()

    def _run(self, work: Callable[[Tx], T]) -> T:
        for left in range(_TRIES - 1, -1, -1):
            try:
                result, stirred = self._once(work)
            except StoreUnavailable as error:
                if not left or not _may_succeed(error.__cause__):
                    raise
            except DBAPIError as error:
                if not left or not _may_succeed(error):
                    raise
            else:
                self._on_commit(stirred)
                if stirred:
                    self._notifier.notify()
                return result
            time.sleep(random.uniform(0, 0.01 * (_TRIES - left)))  # noqa: S311 - so that both do not meet again
        raise AssertionError  # the last try returned or raised

    def _once(self, work: Callable[[Tx], T]) -> tuple[T, Stirring]:
        with self._naming(), self._writing.connect() as connection:
            taken_from(connection)  # of one that was rolled back
            transaction = connection.begin()
            try:
                result = work(connection)
            except BaseException as error:
                with contextlib.suppress(DBAPIError):  # what brought it down is what matters
                    transaction.rollback()
                if isinstance(error, KeyboardInterrupt):
                    raise KeyboardInterrupt("the write that was under way was withdrawn: it is not done") from None
                raise
            try:
                transaction.commit()
            except KeyboardInterrupt:  # the driver cancels the commit, which may have been made before it hears of that
                raise KeyboardInterrupt(
                    "the write was being committed, and whether it is done is not known: look before you do it again"
                ) from None
            except OperationalError as error:
                if not error.connection_invalidated:
                    raise
                raise StoreUnavailable(
                    f"the connection to the store {self.name} broke in a commit; whether it was made is not known: "
                    "look before you do it again"
                ) from None
            return result, taken_from(connection)

    def _lock(self, name: str, *, wait: bool) -> psycopg.Connection[Any] | None:
        call = sql.SQL("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))")
        if wait:
            call = sql.SQL("SELECT true FROM (SELECT pg_advisory_lock(hashtextextended(%s, 0))) AS held")
        with contextlib.ExitStack() as opened:
            try:
                connection = opened.enter_context(contextlib.closing(self._connect()))
                row = connection.execute(call, (f"printhub/{name}",)).fetchone()
            except psycopg.Error as error:
                raise StoreUnavailable(f"the store {self.name} cannot be used: {_words(error)}") from error
            if row and row[0]:
                opened.pop_all()
                return connection
        return None

    def _connect(self) -> psycopg.Connection[Any]:
        text = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(text, autocommit=True, **_CONNECT)

    def _named(self, error: DBAPIError) -> Exception:
        code = getattr(error.orig, "sqlstate", None)
        if code in _NO_TABLE:
            return StoreUnavailable(f"the store {self.name} is of another version; run `printhub db upgrade`")
        if code == _DISK_FULL:
            return StoreUnavailable(f"the disk under the store {self.name} is full; nothing was changed")
        if isinstance(error, OperationalError) or error.connection_invalidated:
            return StoreUnavailable(f"the store {self.name} cannot be used: {_words(error.orig)}; nothing was changed")
        return error


class Lead:
    """A role that this process has; it ends with its connection, whatever happens to the process."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        """Hold the role by `connection`, which is this one's alone."""
        self._connection = connection

    def stands(self) -> bool:
        """Whether the role is still ours; to be asked again and again."""
        try:
            self._connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def give_up(self) -> None:
        """Let another process have it."""
        self._connection.close()


class PostgresWatch:
    """Listens for the notifications that follow commits."""

    def __init__(self, connection: psycopg.Connection[Any], own: Callable[[], int | None]) -> None:
        """Watch by `connection`, which is this one's alone; `own` is the server's number of who notifies for us."""
        self._connection = connection
        self._own = own
        connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))

    def changed(self, seconds: float) -> bool:
        """See Watch.changed; raises StoreUnavailable when the connection is gone."""
        try:
            return any(said.pid != self._own() for said in self._connection.notifies(timeout=seconds, stop_after=1))
        except psycopg.Error as error:
            raise StoreUnavailable(f"the store cannot be watched: {_words(error)}") from error

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class _Notifier:
    """Tells other processes of commits, once for all that came meanwhile, and beside the transactions.

    A notification in a transaction would make all commits of the database wait for each other. One that is lost costs
    a second: whoever listens looks by itself that often.
    """

    def __init__(self, connect: Callable[[], psycopg.Connection[Any]]) -> None:
        self._connect = connect
        self._due = threading.Event()
        self._owed = False
        self.backend: int | None = None
        self._closing = False
        self._thread = threading.Thread(target=self._notify_all, name="store-notifier", daemon=True)
        self._thread.start()

    def notify(self) -> None:
        self._owed = True
        self._due.set()

    def close(self) -> None:
        self._closing = True
        self._due.set()
        self._thread.join(5)

    def _notify_all(self) -> None:
        connection: psycopg.Connection[Any] | None = None
        while True:
            self._due.wait()
            self._due.clear()
            closing = self._closing  # before it is looked what is owed: the last commit of a command is told, too
            try:
                if self._owed:
                    self._owed = False
                    connection = connection or self._connect()
                    self.backend = connection.info.backend_pid
                    connection.execute(sql.SQL("NOTIFY {}").format(sql.Identifier(CHANNEL)))
            except psycopg.Error as error:
                log.debug("a commit was not notified: %s", _words(error))
                if connection is not None:
                    connection.close()
                connection = None
            if closing:
                break
        if connection is not None:
            connection.close()


def _may_succeed(error: BaseException | None) -> bool:
    if isinstance(error, StoreUnavailable):
        error = error.__cause__
    return isinstance(error, DBAPIError) and (getattr(error.orig, "sqlstate", None) in _CONFLICTS or _went_stale(error))


def _without_values(context: ExceptionContext) -> None:
    """Keep to the first line of what the driver says: the others may quote a whole row, and errors end up in logs."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (_words(error), *error.args[1:])


def _went_stale(error: BaseException | None) -> bool:
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _words(error: BaseException | None) -> str:
    """The first line of what the driver says; the others may quote a statement's values."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
