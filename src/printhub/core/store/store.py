"""Opens the database, and lets many threads write to it in few commits."""

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pydantic_core
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from printhub.core.model.errors import StoreUnavailable
from printhub.core.store.schema import metadata

T = TypeVar("T")
Item = TypeVar("Item")
Tx = Connection
"""An open transaction: what every named read and write takes first."""

_BATCH = 64
"""How many writes share one commit at the most."""
_CACHE_KIB = 32 * 1024
"""What each connection keeps of the file in memory: SQLite's own 2 MiB are too few for the indexes of a large store."""


class Store:
    """One SQLite file. Reads go straight to it; writes are handed to one thread that commits them in groups.

    There is no timer in it: the writer commits at once whatever came while it made the last commit. When one write
    of a group fails, the group is rolled back and repeated one by one, so that a fault hits only its own caller.
    """

    def __init__(
        self,
        path: Path,
        *,
        busy_seconds: float = 10.0,
        durable: bool = True,
        on_commit: Callable[[], None] = lambda: None,
    ) -> None:
        """Open the file, or make it; `on_commit` is called after every commit of this process.

        A store that is not `durable` does not wait for the disk: a power cut may take its last commits. For tests.
        """
        self.path = path
        pragmas = [
            f"busy_timeout = {int(busy_seconds * 1000)}",
            "journal_mode = WAL",
            f"synchronous = {'FULL' if durable else 'OFF'}",
            "foreign_keys = ON",
            f"cache_size = -{_CACHE_KIB}",
        ]
        self._reader = _engine(path, pragmas, begin="BEGIN")
        self._writing = _engine(path, pragmas, begin="BEGIN IMMEDIATE")
        self._on_commit = on_commit
        self._queue: queue.SimpleQueue[_Alone | _WithOthers | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write_all, name="store-writer", daemon=True)
        self._writer.start()
        self._closed = False
        self._gate = threading.Lock()

    def read(self, work: Callable[[Tx], T]) -> T:
        """Run `work` on a consistent view; raises StoreUnavailable."""
        try:
            with self._reader.begin() as tx:
                return work(tx)
        except DBAPIError as error:
            raise _unavailable(error, self.path) from error

    @contextlib.contextmanager
    def reading(self) -> Iterator[Tx]:
        """A consistent view that stays open for as long as the caller needs it, for reading row by row."""
        with self._reader.begin() as tx:
            yield tx

    def write(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in a transaction and return after its commit; raises what `work` raises, or StoreUnavailable.

        `work` may be run twice, so it must do nothing but read and write through the transaction. A caller that is
        interrupted meanwhile withdraws what has not begun, and waits for what has; the KeyboardInterrupt says which.
        """
        result: T = self._queued(_Alone(work))
        return result

    def write_with_others(self, work: Callable[[Tx, Sequence[Item]], None], item: Item) -> None:
        """Like `write`, for what many do at the same time: `work` is handed all items that share one commit at once.

        Items go together when they came with the same `work`, so that it has to be a function of a module.
        """
        self._queued(_WithOthers(work, item))

    def _queued(self, write: "_Alone | _WithOthers") -> Any:  # noqa: ANN401 - what the write returns
        try:
            with self._gate:  # nothing may be queued behind the end
                if self._closed:
                    raise StoreUnavailable(f"the store {self.path} is closed")
                self._queue.put(write)
            return write.future.result()
        except KeyboardInterrupt:
            if write.future.cancel():
                raise KeyboardInterrupt("the write that had not begun was withdrawn: it is not done") from None
            write.future.result()
            raise KeyboardInterrupt("the write that was under way is done all the same") from None

    @property
    def queued(self) -> int:
        """How many writes wait for the present commit to end."""
        return self._queue.qsize()

    def data_version(self, watching: Connection) -> int:
        """A number that changes, on one open connection, when another connection has committed."""
        # In a transaction of its own each time: one that stays open sees nothing new, and holds up the checkpoints.
        with watching.begin():
            return int(watching.execute(text("PRAGMA data_version")).scalar_one())

    def watch(self) -> Connection:
        """A connection to ask `data_version` on, again and again; the caller closes it."""
        return self._reader.connect()

    def create(self) -> None:
        """Make all tables at once, without migrations: for stores that live as long as a test."""
        with self._writing.begin() as tx:
            metadata.create_all(tx)

    def migrate(self, run: Callable[[Connection], T]) -> T:
        """Hand a writing connection to a migration."""
        try:
            with self._writing.begin() as tx:
                return run(tx)
        except DBAPIError as error:
            raise _unavailable(error, self.path) from error

    def close(self) -> None:
        """Finish what is queued, then end the writer and all connections."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        self._writer.join()
        self._reader.dispose()
        self._writing.dispose()

    def _write_all(self) -> None:
        while True:
            first = self._queue.get()
            if first is None:
                return
            batch, last = [first], False
            while len(batch) < _BATCH:
                try:
                    item = self._queue.get_nowait()
                except queue.Empty:
                    break
                if item is None:
                    last = True
                    break
                batch.append(item)
            self._commit(batch)
            if last:
                return

    def _commit(self, batch: "list[_Alone | _WithOthers]") -> None:
        begun = False
        try:
            with self._writing.begin() as tx:
                begun = True
                batch = [write for write in batch if _claimed(write)]
                results = _carry_out(tx, batch)
        except BaseException as error:  # noqa: BLE001 - whatever it is belongs to the caller that caused it
            if begun and len(batch) > 1:
                for item in batch:
                    self._commit([item])
                return
            # A transaction that could not begin is nobody's fault: each waiting in turn would wait as often.
            for write in filter(_claimed, batch):
                write.future.set_exception(_unavailable(error, self.path) if isinstance(error, DBAPIError) else error)
            return
        self._on_commit()
        for write, result in zip(batch, results, strict=True):
            write.future.set_result(result)


@dataclass(slots=True, eq=False)
class _Alone:
    """A write that waits for its commit; `context` has what its caller's log lines say in every field."""

    work: Callable[[Tx], Any]
    context: Context = field(default_factory=copy_context)
    future: Future[Any] = field(default_factory=Future)


@dataclass(slots=True, eq=False)
class _WithOthers:
    """A write that waits for its commit, and is carried out in one go with all others of the same `work`."""

    work: Callable[[Tx, Sequence[Any]], None]
    item: Any
    future: Future[Any] = field(default_factory=Future)


def _claimed(write: _Alone | _WithOthers) -> bool:
    """Whether a write is the writer's, so that nobody can withdraw it any more; False where somebody has."""
    return write.future.running() or write.future.set_running_or_notify_cancel()


def _carry_out(tx: Tx, batch: Sequence[_Alone | _WithOthers]) -> list[Any]:
    """Carry out all writes, in the order in which they came; those that go together at the place of the first."""
    results: list[Any] = []
    done: set[object] = set()
    for write in batch:
        if isinstance(write, _Alone):
            results.append(write.context.run(write.work, tx))
            continue
        results.append(None)
        if write.work not in done:
            done.add(write.work)
            write.work(tx, [o.item for o in batch if isinstance(o, _WithOthers) and o.work is write.work])
    return results


def apart(tx: Tx, work: Callable[[], T]) -> T:
    """Run a part of a transaction of which, when it fails, nothing stays; raises what `work` raises.

    A failure of the store itself is no failure of that part alone: it raises StoreUnavailable.
    """
    try:
        with tx.begin_nested():
            return work()
    except OperationalError as error:
        raise StoreUnavailable(f"the store cannot be used: {error.orig}") from error


def _engine(path: Path, pragmas: list[str], *, begin: str) -> Engine:
    engine = create_engine(
        f"sqlite+pysqlite:///{path}",
        json_serializer=lambda value: pydantic_core.to_json(value).decode(),
        json_deserializer=pydantic_core.from_json,
        hide_parameters=True,
    )

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


def _unavailable(error: DBAPIError, path: Path) -> Exception:
    words = str(error.orig).lower()
    if "locked" in words or "busy" in words:
        return StoreUnavailable(f"the store {path} is locked by another process; nothing was changed, try again")
    if "full" in words:
        return StoreUnavailable(f"the disk under the store {path} is full; nothing was changed")
    if "no such table" in words or "no such column" in words:
        return StoreUnavailable(f"the store {path} is of another version; run `printhub db upgrade`")
    if isinstance(error, OperationalError):
        return StoreUnavailable(f"the store {path} cannot be used: {error.orig}")
    return error
