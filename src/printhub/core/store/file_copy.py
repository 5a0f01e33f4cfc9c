"""A copy of a SQLite store: one moment of it as a single file, taken while others read and write."""

import contextlib
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from printhub.core.model.errors import StoreUnavailable

_PAGES = 2000
"""Pages that are copied before progress is told."""

Told = Callable[[int, int], None]
"""Pages done, and pages in all."""


def copy_to(path: Path, target: Path, told: Told | None = None) -> None:
    """Copy the store at `path` into the file `target`, as it stands at one moment; raises StoreUnavailable."""

    def progress(_status: int, remaining: int, total: int) -> None:
        if told is not None:
            told(total - remaining, total)

    try:
        with contextlib.closing(sqlite3.connect(path)) as source, contextlib.closing(sqlite3.connect(target)) as copy:
            # A read transaction that stays open holds the moment: without it every commit of another process would
            # make the copy begin anew. SQLite's own copy holds what is in the write-ahead log too.
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(copy, pages=_PAGES, progress=progress)
        with target.open("rb") as written:
            os.fsync(written.fileno())
    except (OSError, sqlite3.Error) as error:
        target.unlink(missing_ok=True)
        raise StoreUnavailable(f"the store {path} could not be copied: {error}") from error
