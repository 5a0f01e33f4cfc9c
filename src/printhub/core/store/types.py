"""Column types that keep our values exact: moments in microseconds, enums and tuples as text or JSON."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, Dialect, Integer, String, TypeDecorator
from sqlalchemy.types import TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MOST_KEPT = 10_000

Processor = Callable[[Any], Any]
"""Makes a column's value of what the driver read. Very many values are read, so each type has one of its own."""


class Instant(TypeDecorator[datetime]):
    """A moment in UTC as whole microseconds since 1970: exact, ordered and computable on every database."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = BigInteger
    cache_ok: bool | None = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - interface
        """Count the microseconds."""
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def result_processor(self, dialect: Dialect, coltype: object) -> Processor:  # noqa: ARG002 - interface
        """Make a datetime in UTC."""
        return _moment


def _moment(value: int | None) -> datetime | None:
    return None if value is None else _EPOCH + timedelta(microseconds=value)


class Word(TypeDecorator[Any]):
    """A text enum by its value."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = String
    cache_ok: bool | None = True

    def __init__(self, enum: type) -> None:
        """Read values as members of `enum`."""
        super().__init__(64)
        self.enum = enum

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ANN401, ARG002 - interface
        """Store the member's value."""
        return None if value is None else str(value.value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Processor:  # noqa: ARG002 - interface
        """Find the member."""
        enum = self.enum
        members: dict[str | None, Any] = {str(member.value): member for member in enum}  # type: ignore[attr-defined] # it is one
        members[None] = None

        def process(value: str | None) -> Any:  # noqa: ANN401 - a member of the enum
            try:
                return members[value]
            except KeyError:
                return enum(value)  # says which word it does not know

        return process


class Document(TypeDecorator[Any]):
    """A small value as JSON, written and read by the two functions given.

    With `frozen` what `read` makes can never change, so that one object serves for all rows that say the same.
    """

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = JSON
    cache_ok: bool | None = True  # both functions stand in the key; they live as long as the schema

    def __init__(self, write: Callable[[Any], Any], read: Callable[[Any], Any], *, frozen: bool = False) -> None:
        """Keep both directions."""
        super().__init__(none_as_null=True)
        self.write = write
        self.read = read
        self.frozen = frozen

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002 - interface
        """Write the value as JSON."""
        return None if value is None else self.write(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002 - interface
        """Read the value from JSON."""
        return None if value is None else self.read(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Processor | None:
        """Read the value from JSON, or find it among those that were read before."""
        whole = super().result_processor(dialect, coltype)
        if not self.frozen or whole is None:
            return whole
        known: dict[str, Any] = {}

        def process(value: Any) -> Any:  # noqa: ANN401 - text, or JSON that the driver has read
            if not isinstance(value, str):
                return whole(value)
            found = known.get(value)
            if found is None:
                found = whole(value)
                if len(known) < _MOST_KEPT:
                    known[value] = found
            return found

        return process


def code(length: int) -> TypeEngine[str]:
    """An id that somebody else gave; its beginnings are looked for, so everywhere it sorts by its code points."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


Sequence = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database counts up: SQLite counts only INTEGER keys."""
