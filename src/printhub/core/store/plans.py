"""Watches which statements a store runs, and tells those that read a whole big table: for guards and benches."""

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

BIG = frozenset(
    "job customer_order person delivery status_change event attempt payload asset timer reference removal "
    "job_search job_profile job_ever job_work job_words".split()
)
"""The tables that grow with every job."""

_SCAN = re.compile(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?(?: VIRTUAL TABLE INDEX (\S+))?")
_NAMED = re.compile(r"(\w+) AS (\w+)")


@dataclass(slots=True)
class Watched:
    """The statements that were run while it watched, each once, with parameters that it was run with."""

    statements: dict[str, Any] = field(default_factory=dict)

    def scans(self, file: Path) -> list[str]:
        """The statements that read a big table in `file` from end to end, each with the step of its plan that does."""
        with contextlib.closing(sqlite3.connect(file)) as connection:
            partial = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"
            small = {name for (name,) in connection.execute(partial)}
            return [
                f"{step}: {statement}"
                for statement, parameters in self.statements.items()
                for step in _plan(connection, statement, parameters)
                if _is_scan(step, statement, small)
            ]


@contextlib.contextmanager
def watched() -> Iterator[Watched]:
    """Watch every store of this process."""
    found = Watched()

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:  # noqa: ANN401 - SQLAlchemy's interface
        if statement.lstrip().partition(" ")[0].upper() in ("SELECT", "UPDATE", "DELETE", "INSERT", "WITH"):
            found.statements.setdefault(statement, parameters[0] if many else parameters)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _plan(connection: sqlite3.Connection, statement: str, parameters: Any) -> list[str]:  # noqa: ANN401 - as the driver takes them
    return [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]


def _is_scan(step: str, statement: str, small: set[str]) -> bool:
    found = _SCAN.match(step)
    if found is None:
        return False
    name, index, virtual = found.groups()
    table = next((table for table, alias in _NAMED.findall(statement) if alias == name), name)
    if table not in BIG or index in small:
        return False
    if virtual is not None:  # a full-text index says so too where it is asked by row or by words: "0:" is all of it
        return virtual == "0:"
    if "LIMIT" not in statement:
        return True
    # The newest page of all is no scan, nor is a walk over jobs from the newest on until a page is full, which is how
    # they are found where no filter says anything rarer.
    return not ("WHERE" not in statement or (table == "job_profile" and index is None))
