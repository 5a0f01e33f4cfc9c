"""What a copy of the store says that it holds, and how a copy takes the place of a store."""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select

from printhub.core.model.errors import StoreUnavailable
from printhub.core.model.known import FileState
from printhub.core.store.schema import asset, attempt, customer_order, delivery, event, job, operator_act, status_change
from printhub.core.store.sqlite import SqliteStore
from printhub.core.store.store import Store, Tx

_COUNTED = (customer_order, job, event, delivery, attempt, status_change, operator_act)


def stored_files(tx: Tx) -> Iterator[tuple[str, str, int]]:
    """The files that the store says are in working folders, superseded ones too: place, sha256 and size."""
    query = select(asset.c.stored, asset.c.sha256, asset.c.size)
    there = query.where(asset.c.stored.is_not(None), asset.c.state != FileState.CLEARED)
    for row in tx.execute(there.order_by(asset.c.id).execution_options(yield_per=1000)):
        yield row.stored, row.sha256 or "", row.size or 0


def count_stored_files(tx: Tx) -> int:
    """How many files the store says are in working folders."""
    query = select(func.count()).where(asset.c.stored.is_not(None), asset.c.state != FileState.CLEARED)
    return tx.execute(query).scalar_one()


def is_stored(tx: Tx, place: str) -> bool:
    """Whether the store still says that a file lies at `place`."""
    query = select(asset.c.id).where(asset.c.stored == place, asset.c.state != FileState.CLEARED)
    return tx.execute(query.limit(1)).first() is not None


def counts(tx: Tx) -> dict[str, int]:
    """How many rows there are of what matters most."""
    return {table.name: tx.execute(select(func.count()).select_from(table)).scalar_one() for table in _COUNTED}


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Store]:
    """Work on a copy; afterwards it is a single file again."""
    store = SqliteStore(path)
    try:
        yield store
    finally:
        store.close()


def put_in_place(staged: Path, path: Path, kept: Path, *, busy_seconds: float) -> None:
    """Put a store in the place of another in one step; the other is kept as `kept`.

    Raises StoreUnavailable when another process uses it; then nothing was changed.
    """
    try:
        if path.exists():
            _take_the_place(staged, path, kept, busy_seconds)
        else:
            _set_logs_aside(path, kept)
            staged.replace(path)
    except (OSError, sqlite3.Error) as error:
        raise StoreUnavailable(f"the store {path} could not be replaced, so it was left alone: {error}") from error


def _take_the_place(staged: Path, path: Path, kept: Path, busy_seconds: float) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=busy_seconds)) as old:
        try:
            if old.execute("PRAGMA journal_mode = DELETE").fetchone() != ("delete",):
                raise sqlite3.OperationalError("another process uses it")
            old.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:  # it is broken, which may be why a backup is restored
            _set_logs_aside(path, kept)
        try:
            os.link(path, kept)
        except OSError:  # not every file system has hard links
            shutil.copyfile(path, kept)
        staged.replace(path)


def _set_logs_aside(path: Path, kept: Path) -> None:
    # SQLite would take what is left of another store's write-ahead log for that of the store that comes.
    for suffix in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(kept.with_name(kept.name + suffix + ".left"))
