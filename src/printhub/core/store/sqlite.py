"""The store of one process: a SQLite file that one thread writes to. All that is SQLite's own begins here."""

import contextlib
import logging
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from printhub.core.model.errors import StoreUnavailable
from printhub.core.store.doorbell import Doorbell, ring
from printhub.core.store.file_copy import copy_to
from printhub.core.store.group import Group, Item
from printhub.core.store.lock import sole_use
from printhub.core.store.remembered import Memory
from printhub.core.store.stirring import taken_from
from printhub.core.store.store import READING, OnCommit, Store, Tx, engine_to

T = TypeVar("T")

_CACHE_KIB = 32 * 1024
"""What each connection keeps of the file in memory: SQLite's own 2 MiB are too few for the indexes of a large store."""
_LOOK_EVERY = 1.0
"""Seconds between looks whether another process has committed without ringing."""
_APART = 0.01
"""Seconds between two times at which it is said that others have committed, at the least."""
_LOOK_WITHOUT_BELL = 0.01
"""The same where there is no bell: SQLite tells only when it is asked."""

log = logging.getLogger(__name__)


class SqliteStore(Store):
    """One SQLite file. Reads go straight to it; writes are handed to one thread that commits them in groups."""

    shared = False

    def __init__(
        self,
        path: Path,
        *,
        busy_seconds: float = 10.0,
        durable: bool = True,
        doubting: bool = False,
        on_commit: OnCommit = lambda _stirring: None,
    ) -> None:
        """Open the file, or make it; `on_commit` is called after every commit of this process.

        A store that is not `durable` does not wait for the disk: a power cut may take its last commits. One that is
        `doubting` compares what it remembers with what is in the file. Both are for tests.
        """
        self.path = path
        pragmas = [
            f"busy_timeout = {int(busy_seconds * 1000)}",
            "journal_mode = WAL",
            f"synchronous = {'FULL' if durable else 'OFF'}",
            "foreign_keys = ON",
            f"cache_size = -{_CACHE_KIB}",
        ]
        reader = _engine(path, pragmas, begin="BEGIN").execution_options(**{READING: True})
        writing = _engine(path, pragmas, begin="BEGIN IMMEDIATE")
        super().__init__(str(path), reader=reader, writing=writing, on_commit=on_commit)
        self._memory = Memory(doubting=doubting)
        self._pipe = path.with_name(f".{path.name}-bell")
        self._listening = False
        self._group = Group(self.name, self._run)

    def write(self, work: Callable[[Tx], T]) -> T:
        """See Store.write; a caller that is interrupted withdraws what has not begun, and waits for what has."""
        return self._group.alone(work)

    def write_with_others(self, work: Callable[[Tx, Sequence[Item]], None], item: Item) -> None:
        """See Store.write_with_others."""
        self._group.with_others(work, item)

    @property
    def queued(self) -> int:
        """How many writes wait for the present commit to end."""
        return self._group.waiting

    def watch(self) -> "SqliteWatch":
        """See Store.watch; what this process itself commits does not count from now on."""
        self._listening = True
        return SqliteWatch(self._reader.connect(), self._pipe)

    def exists(self) -> bool:
        """Whether there is a file."""
        return self.path.exists()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Make the data folder where it is missing, and keep every serving process off it."""
        data = self.path.parent
        try:
            data.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreUnavailable(f"the data folder {data} cannot be made: {error.strerror}") from error
        with sole_use(data):
            yield

    def copy_aside(self, version: str, now: datetime) -> Path:
        """Copy the file beside itself; raises StoreUnavailable, and leaves nothing then."""
        backup = self.path.with_name(f"{self.path.stem}-{version}-{now:%Y%m%dT%H%M%SZ}.db")
        part = backup.with_name(f".{backup.name}.part")
        copy_to(self.path, part)
        try:
            shutil.copymode(self.path, part)
            part.replace(backup)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise StoreUnavailable(
                f"the store {self.path} could not be copied first, so it was left alone: {error}"
            ) from error
        return backup

    def close(self) -> None:
        """Finish what is queued, then end the writer and all connections."""
        if self._group.close():
            super().close()

    def _run(self, work: Callable[[Tx], T]) -> T:
        with self._naming(), self._writing.connect() as connection:
            taken_from(connection)  # of one that was rolled back
            with connection.begin():
                self._memory.begin(connection, (id(connection.connection.dbapi_connection), _version_of(connection)))
                result = work(connection)
            self._memory.commit(connection)
            stirred = taken_from(connection)
        if not self._listening:
            ring(self._pipe)
        self._on_commit(stirred)
        return result

    def _named(self, error: DBAPIError) -> Exception:
        words = str(error.orig).lower()
        if "locked" in words or "busy" in words:
            return StoreUnavailable(
                f"the store {self.path} is locked by another process; nothing was changed, try again"
            )
        if "full" in words:
            return StoreUnavailable(f"the disk under the store {self.path} is full; nothing was changed")
        if "no such table" in words or "no such column" in words:
            return StoreUnavailable(f"the store {self.path} is of another version; run `printhub db upgrade`")
        if isinstance(error, OperationalError):
            return StoreUnavailable(f"the store {self.path} cannot be used: {error.orig}")
        return error


class SqliteWatch:
    """Waits for other processes to ring, and asks SQLite now and then for the number that changes with each commit."""

    def __init__(self, connection: Connection, pipe: Path) -> None:
        """Watch by `connection`, which is this one's alone."""
        self._connection = connection
        self._bell = _bell(pipe)
        self._seen = self._version()
        self._look_at = time.monotonic() + _LOOK_EVERY
        self._heard_at = 0.0

    def changed(self, seconds: float) -> bool:
        """See Watch.changed. Also when it was this very process, now and then: the number does not tell who it was."""
        until = time.monotonic() + seconds
        while True:
            every = _LOOK_EVERY if self._bell else _LOOK_WITHOUT_BELL
            wait = min(self._look_at, until) - time.monotonic()
            if self._bell is None:
                time.sleep(max(0.0, wait))
            elif self._bell.rung(wait):
                time.sleep(max(0.0, self._heard_at + _APART - time.monotonic()))  # one look for all that ring at once
                self._heard_at = time.monotonic()
                return True
            if time.monotonic() >= self._look_at:
                self._look_at = time.monotonic() + every
                version = self._version()
                if version != self._seen:
                    self._seen = version
                    return True
            if time.monotonic() >= until:
                return False

    def close(self) -> None:
        """Close the connection."""
        if self._bell is not None:
            self._bell.close()
        self._connection.close()

    def _version(self) -> int:
        return _version_of(self._connection)  # in no transaction: one that stays open sees nothing new


def _bell(pipe: Path) -> Doorbell | None:
    try:
        return Doorbell(pipe)
    except OSError as error:
        log.warning("%s cannot be listened at (%s): the store is looked at every 10 ms instead", pipe, error.strerror)
        return None


def _version_of(connection: Connection) -> int:
    """SQLite's number that changes, on one connection, when another has committed; asked of the driver itself."""
    driver: Any = connection.connection.dbapi_connection
    return int(driver.execute("PRAGMA data_version").fetchone()[0])


def _engine(path: Path, pragmas: list[str], *, begin: str) -> Engine:
    engine = engine_to(f"sqlite+pysqlite:///{path}")

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ANN401, ARG001 - the driver's own type
        connection.isolation_level = None  # BEGIN is ours to say, below
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    # A deferred transaction that reads and then writes fails at once when another wrote meanwhile, whatever the
    # busy timeout: so those that will write say so when they begin.
    @event.listens_for(engine, "begin")
    def _begin(tx: Connection) -> None:
        tx.exec_driver_sql(begin)

    return engine
