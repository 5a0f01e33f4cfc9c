"""What every part of the hub knows of the store: it reads, it writes, and it tells that somebody else has written."""

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pydantic_core
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from printhub.core.model.errors import StoreUnavailable
from printhub.core.store.group import Item
from printhub.core.store.remembered import remembered
from printhub.core.store.schema import metadata
from printhub.core.store.stirring import Stirring

T = TypeVar("T")
Tx = Connection
"""An open transaction: what every named read and write takes first."""
OnCommit = Callable[[Stirring], None]
"""What follows every commit of this process: it is told what was stirred, and must not raise."""
READING = "printhub_reading"
"""The execution option of transactions that only read, and so must lock nothing."""
_TRIES_APART = 3
"""How often a part of a transaction is tried where other processes write too."""


class Watch(Protocol):
    """Tells when another process has committed; used by one thread alone."""

    def changed(self, seconds: float) -> bool:
        """Wait so long at the most; True when another process may have committed since the last time."""

    def close(self) -> None:
        """Stop watching."""


class Store(ABC):
    """A database with our tables. Which one it is, only its two kinds know: `SqliteStore` and `PostgresStore`."""

    shared: bool
    """Whether several processes, on several machines, may serve it at once."""

    def __init__(self, name: str, *, reader: Engine, writing: Engine, on_commit: OnCommit) -> None:
        """Take two engines for one database; `name` is what errors call it, `on_commit` follows each commit here."""
        self.name = name
        self._reader = reader
        self._writing = writing
        self._on_commit = on_commit

    def read(self, work: Callable[[Tx], T]) -> T:
        """Run `work` on a consistent view; raises StoreUnavailable."""
        with self._naming(), self._reader.begin() as tx:
            return work(tx)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Tx]:
        """A consistent view that stays open for as long as the caller needs it, for reading row by row."""
        with self._reader.begin() as tx:
            yield tx

    @abstractmethod
    def write(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in a transaction and return after its commit; raises what `work` raises, or StoreUnavailable.

        `work` may be run more than once, so it must do nothing but read and write through the transaction.
        """

    @abstractmethod
    def write_with_others(self, work: Callable[[Tx, Sequence[Item]], None], item: Item) -> None:
        """Like `write`, for what many do at the same time: `work` is handed all items that share one commit at once.

        Items go together when they came with the same `work`, so that it has to be a function of a module.
        """

    @property
    @abstractmethod
    def queued(self) -> int:
        """How many writes wait for the present commit to end."""

    @abstractmethod
    def watch(self) -> Watch:
        """Watch for commits of other processes; raises StoreUnavailable."""

    @abstractmethod
    def exists(self) -> bool:
        """Whether there is anything yet that could be asked."""

    @abstractmethod
    def alone(self) -> contextlib.AbstractContextManager[None]:
        """Keep off what must not run at the same time as a migration; raises StoreUnavailable where it runs."""

    @abstractmethod
    def copy_aside(self, version: str, now: datetime) -> Path | None:
        """Keep a copy of all there is, before it is migrated; None where copies are the operator's to take."""

    def create(self) -> None:
        """Make all tables at once, without migrations: for stores that live as long as a test."""
        with self._writing.begin() as tx:
            metadata.create_all(tx)

    def migrate(self, run: Callable[[Connection], T]) -> T:
        """Hand a writing connection to a migration."""
        with self._naming(), self._writing.begin() as tx:
            return run(tx)

    def close(self) -> None:
        """Finish what is queued, and close all connections."""
        self._reader.dispose()
        self._writing.dispose()

    @contextlib.contextmanager
    def _naming(self) -> Iterator[None]:
        try:
            yield
        except NoConnectionFree as error:
            detail = f"all connections to the store {self.name} are in use; nothing was changed, try again"
            raise StoreUnavailable(detail) from error
        except DBAPIError as error:
            named = self._named(error)
            if named is error:
                raise
            raise named from error

    @abstractmethod
    def _named(self, error: DBAPIError) -> Exception:
        """What went wrong and what to do, as a StoreUnavailable; a fault of our own statements as it is."""


def is_reading(tx: Tx) -> bool:
    """Whether a transaction only reads."""
    return bool(tx.get_execution_options().get(READING))


def engine_to(url: Any, **options: Any) -> Engine:  # noqa: ANN401 - what SQLAlchemy takes
    """An engine that reads and writes JSON exactly, and keeps what statements hold out of error texts."""
    return create_engine(
        url,
        json_serializer=lambda value: pydantic_core.to_json(value).decode(),
        json_deserializer=pydantic_core.from_json,
        hide_parameters=True,
        **options,
    )


def apart(tx: Tx, work: Callable[[], T]) -> T:
    """Run a part of a transaction of which, when it fails, nothing stays; raises what `work` raises.

    A failure of the store itself is no failure of that part alone: it raises StoreUnavailable. A key that another
    process has written meanwhile is no failure at all: the part is run again, on what the other has written.
    """
    tries = _TRIES_APART if tx.dialect.name == "postgresql" else 1
    for left in reversed(range(tries)):
        try:
            with _forgotten_again(tx), tx.begin_nested():
                return work()
        except IntegrityError:
            if not left:
                raise
        except OperationalError as error:
            raise StoreUnavailable(f"the store cannot be used: {error.orig}") from error
    raise AssertionError  # the last try returned or raised


@contextlib.contextmanager
def _forgotten_again(tx: Tx) -> Iterator[None]:
    """What is remembered in a part that fails is forgotten with it."""
    memory = remembered(tx)
    before = dict(memory.changed) if memory is not None else {}
    try:
        yield
    except BaseException:
        if memory is not None:
            memory.changed.clear()
            memory.changed.update(before)
        raise
