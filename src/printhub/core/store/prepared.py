"""Statements that are run for every event and every call: compiled once, then handed straight to the driver.

SQLAlchemy words them, and converts their values as for any other statement. What is left out is what it does at each
execution besides, which costs several times as much as SQLite takes to run them. Only statements of which very many
are run are worth it; all others are executed by the transaction itself.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

from sqlalchemy import ClauseElement, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

from printhub.core.store.store import Tx

Values = Mapping[str, Any]
_Process = Callable[[Any], Any]


class Prepared:
    """One statement; `worded` is the statement itself, or that of each database by its dialect's name."""

    def __init__(self, worded: ClauseElement | Mapping[str, ClauseElement]) -> None:
        """Compile nothing yet: that is done for each database when it is asked for."""
        self._worded = worded
        self._compiled: dict[tuple[object, ...], _Compiled] = {}

    def rows(self, tx: Tx, values: Values) -> list[Any]:
        """Run it and read all rows: named tuples, by the names of the columns."""
        compiled = self._for(tx, values)
        bound = compiled.bound(values)
        _tell(tx, compiled.sql, bound)
        try:
            found = compiled.connection(tx).execute(compiled.sql, bound).fetchall()
        except compiled.error as error:
            compiled.fail(tx, error)
        return compiled.read(found)

    def first(self, tx: Tx, values: Values) -> Any:  # noqa: ANN401 - a named tuple, or None
        """The first row; None where there is none."""
        found = self.rows(tx, values)
        return found[0] if found else None

    def scalar(self, tx: Tx, values: Values) -> Any:  # noqa: ANN401 - whatever the column holds
        """The first column of the first row; None where there is none."""
        found = self.rows(tx, values)
        return found[0][0] if found else None

    def run(self, tx: Tx, values: Values) -> None:
        """Run it for what it does."""
        compiled = self._for(tx, values)
        bound = compiled.bound(values)
        _tell(tx, compiled.sql, bound)
        try:
            compiled.connection(tx).execute(compiled.sql, bound)
        except compiled.error as error:
            compiled.fail(tx, error)

    def run_all(self, tx: Tx, values: Sequence[Values]) -> None:
        """Run it once for each of these, all of which give the same names."""
        if len(values) <= 1:
            for one in values:
                self.run(tx, one)
            return
        compiled = self._for(tx, values[0])
        bound = [compiled.bound(one) for one in values]
        _tell(tx, compiled.sql, bound, many=True)
        try:
            compiled.connection(tx).cursor().executemany(compiled.sql, bound)
        except compiled.error as error:
            compiled.fail(tx, error)

    def _for(self, tx: Tx, values: Values) -> "_Compiled":
        # Lists make a statement of their own for each length that they come in.
        place = (tx.dialect.name, tuple(values), tuple(len(one) for one in values.values() if type(one) is list))
        found = self._compiled.get(place)
        if found is None:
            worded = self._worded if isinstance(self._worded, ClauseElement) else self._worded[tx.dialect.name]
            found = self._compiled[place] = _Compiled(worded, tx.dialect, values)
        return found


def _tell(tx: Tx, sql: str, bound: object, *, many: bool = False) -> None:
    """Tell those who listen to statements, as SQLAlchemy tells them of its own."""
    for listener in tx.dispatch.before_cursor_execute:
        listener(tx, None, sql, bound, None, many)


class _Compiled:
    """A statement in the words of one database, and how its values are converted on the way there and back."""

    def __init__(self, statement: ClauseElement, dialect: Dialect, values: Values) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(values))
        if not isinstance(compiled, SQLCompiler):
            raise TypeError("only what reads or writes rows can be prepared")
        self._dialect = dialect
        self.error: type[Exception] = dialect.loaded_dbapi.Error
        fixed = compiled.construct_params(None, _check=False)
        expanded = compiled.construct_expanded_state({**fixed, **values}, escape_names=False)
        self.sql = expanded.statement
        self._positional = compiled.positional
        parts = {
            part: (name, place)
            for name, parts in expanded.parameter_expansion.items()
            for place, part in enumerate(parts)
        }
        processors = {**compiled._bind_processors, **expanded.processors}  # noqa: SLF001 - what SQLAlchemy itself applies
        names = expanded.positiontup if compiled.positional else list(expanded.parameters)
        self._binds = [
            (name, *parts.get(name, (name, None)), processors.get(name), fixed.get(name)) for name in names or ()
        ]
        columns = compiled._result_columns  # noqa: SLF001 - names and types, in the order of the row
        self._types: list[tuple[int, _Process]] = []
        for place, column in enumerate(columns):
            process = column.type._cached_result_processor(dialect, None)  # noqa: SLF001 - as SQLAlchemy reads it
            if process is not None:
                self._types.append((place, process))
        self._row: Any = namedtuple("Row", [column.keyname for column in columns], rename=True) if columns else None

    def bound(self, values: Values) -> Any:  # noqa: ANN401 - a sequence or a mapping, as the driver wants it
        """The values as the driver takes them."""
        made = []
        for _, source, place, process, default in self._binds:
            value = values.get(source, default) if place is None else values[source][place]
            made.append(value if process is None else process(value))
        return made if self._positional else dict(zip((bind[0] for bind in self._binds), made, strict=True))

    def read(self, found: Sequence[Sequence[Any]]) -> list[Any]:
        """Rows as they are used."""
        row, types = self._row, self._types
        if row is None:
            return list(found)
        made = []
        for one in found:
            values = list(one)
            for place, process in types:
                values[place] = process(values[place])
            made.append(row(*values))
        return made

    def connection(self, tx: Tx) -> Any:  # noqa: ANN401 - the driver's own
        """The driver's connection of a transaction."""
        return tx.connection.dbapi_connection

    def fail(self, tx: Tx, error: Exception) -> NoReturn:
        """Raise what SQLAlchemy would have raised; a connection that was lost is not used again."""
        lost = self._dialect.is_disconnect(error, tx.connection.dbapi_connection, None)  # type: ignore[arg-type] # any of ours
        if lost:
            tx.invalidate(error)
        raise DBAPIError.instance(
            self.sql,
            None,
            error,
            self.error,
            hide_parameters=True,
            connection_invalidated=lost,
            dialect=self._dialect,
        ) from error
