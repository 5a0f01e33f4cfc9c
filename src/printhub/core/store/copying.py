"""Copies the rows of a small store into another one many times over, each time moved in time and under other numbers.

Everything of a copy is moved by the same span, so that what follows from the order of moments stays true. Ids are
time-ordered (RFC 9562, version 7), and move too; a mark in texts gives way to the copy's tag.
"""

import contextlib
import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import JSON, Column, LargeBinary, String, Table, Text, Uuid

from printhub.core.model.errors import StoreUnavailable
from printhub.core.store.schema import metadata
from printhub.core.store.searchable import SHARED
from printhub.core.store.types import Document, Instant

_COPIED = (
    "person payload customer_order job asset event delivery attempt status_change removal reference timer "
    "job_search job_profile job_ever job_work"
).split()
_SHARED = ("profile", "profile_ever", "profile_work")
"""Tables whose rows all copies have in common."""
_ID = re.compile(r"(.*?)([0-9a-f]{8})-([0-9a-f]{4})-(7.*)", re.DOTALL)
_PLAIN_ID = re.compile(r"()([0-9a-f]{8})([0-9a-f]{4})(7[0-9a-f]{19})")


class Copier:
    """One sample, ready to be copied into a store."""

    def __init__(self, store: Path, sample: Path, *, mark: str) -> None:
        """Open `store` for writing and take the sample apart; raises StoreUnavailable."""
        self._mark = mark
        try:
            self._connection = sqlite3.connect(store, isolation_level=None)
            self._connection.execute("PRAGMA busy_timeout = 10000")
            # A store that is being filled with made-up rows may be lost in a power cut, and is then made anew.
            self._connection.execute("PRAGMA synchronous = OFF")
            self._connection.execute("PRAGMA cache_size = -400000")
            self._connection.execute("ATTACH ? AS sample", (str(sample),))
            self._connection.create_function("piece", 2, _piece, deterministic=True)
            self._statements = [self._prepared(metadata.tables[name]) for name in _COPIED]
            self._statements.append(self._words())
            for name in _SHARED:
                put = f"INSERT OR IGNORE INTO main.{name} SELECT * FROM sample.{name}"  # noqa: S608 - our own names
                self._connection.execute(put)
            self._connection.execute("DETACH sample")
        except sqlite3.Error as error:
            raise StoreUnavailable(f"the store {store} cannot be filled: {error}") from error

    @contextlib.contextmanager
    def together(self) -> Iterator[Callable[[timedelta, str, bool], None]]:
        """Yield what makes a copy (moved by, tag, whether payloads keep their bodies); all in one transaction.

        Raises StoreUnavailable; nothing of the transaction stays then.
        """
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._copy
            self._connection.execute("COMMIT")
        except sqlite3.IntegrityError as error:
            self._connection.execute("ROLLBACK")
            raise StoreUnavailable("the store holds rows of this seed already; choose another seed") from error
        except sqlite3.Error as error:
            self._connection.execute("ROLLBACK")
            raise StoreUnavailable(f"the store could not be filled: {error}") from error
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close the store."""
        self._connection.close()

    def _copy(self, by: timedelta, tag: str, bodies: bool) -> None:
        milliseconds = by // timedelta(milliseconds=1)
        values = {"ms": milliseconds, "us": milliseconds * 1000, "places": milliseconds * SHARED, "tag": tag}
        values |= {"mark": self._mark, "bodies": bodies}
        for statement in self._statements:
            self._connection.execute(statement, values)

    def _prepared(self, table: Table) -> str:
        """Take a table apart into a temporary one, and return the statement that puts it together anew."""
        columns = [column for column in table.columns if not (column.name == "seq" and column.primary_key)]
        parts = [_Parts(column) for column in columns]
        taken = ", ".join(part.taken for part in parts)
        order = " ORDER BY seq" if "seq" in table.columns else ""
        made = f"SELECT {taken} FROM sample.{table.name}{order}"  # noqa: S608 - our own names
        self._connection.execute(f"CREATE TEMP TABLE part_{table.name} AS {made}")
        names = ", ".join(f'"{column.name}"' for column in columns)
        put = ", ".join(part.put for part in parts)
        return f"INSERT INTO main.{table.name} ({names}) SELECT {put} FROM part_{table.name} ORDER BY rowid"  # noqa: S608 - our own names

    def _words(self) -> str:
        self._connection.execute(
            "CREATE TEMP TABLE part_words AS SELECT rowid AS place, ids, person FROM sample.job_words"
        )
        return (
            "INSERT INTO main.job_words (rowid, ids, person) SELECT place + :places, replace(ids, :mark, :tag), "
            "replace(person, :mark, :tag) FROM part_words ORDER BY place"
        )


class _Parts:
    """How one column is taken apart, and put together again."""

    def __init__(self, column: Column[object]) -> None:
        name, kind = f'"{column.name}"', column.type
        self.taken, self.put = name, name
        if column.name == "place":
            self.put = f"{name} + :places"
        elif isinstance(kind, Instant):
            self.put = f"{name} + :us"
        elif isinstance(kind, Uuid):
            self._apart(column.name, dashes=False)
        elif isinstance(kind, LargeBinary):
            self.put = f"CASE WHEN :bodies THEN {name} ELSE x'' END"
        elif isinstance(kind, String | Text):
            self._apart(column.name, dashes=True)
        elif isinstance(kind, JSON | Document):
            self.put = f"replace({name}, :mark, :tag)"

    def _apart(self, name: str, *, dashes: bool) -> None:
        head, moment, tail = (f'"{name}.{part}"' for part in ("head", "moment", "tail"))
        self.taken = f"""piece("{name}", 0) AS {head}, piece("{name}", 1) AS {moment}, piece("{name}", 2) AS {tail}"""
        plain = f"replace({head}, :mark, :tag)"
        moved = f"({moment} + :ms)"
        written = f"printf('%08x-%04x-', {moved} >> 16, {moved} & 65535)" if dashes else f"printf('%012x', {moved})"
        self.put = f"CASE WHEN {moment} IS NULL THEN {plain} ELSE {plain} || {written} || {tail} END"


def _piece(text: str | None, part: int) -> str | int | None:
    """What stands before an id, its moment in milliseconds, and what follows that; a text without an id is whole."""
    found = (_PLAIN_ID.fullmatch(text) or _ID.fullmatch(text)) if text is not None else None
    if found is None:
        return text if part == 0 else None
    return (found[1], int(found[2] + found[3], 16), found[4])[part]
