"""Column types that keep our values exact: moments in microseconds, enums and tuples as text or JSON."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, Dialect, Integer, String, TypeDecorator
from sqlalchemy.types import TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """A moment in UTC as whole microseconds since 1970: exact, ordered and computable on every database."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = BigInteger
    cache_ok: bool | None = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - interface
        """Count the microseconds."""
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - interface
        """Make a datetime in UTC."""
        return None if value is None else _EPOCH + value * _MICROSECOND


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

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002 - interface
        """Find the member."""
        return None if value is None else self.enum(value)


class Document(TypeDecorator[Any]):
    """A small value as JSON, written and read by the two functions given."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = JSON
    cache_ok: bool | None = True  # both functions stand in the key; they live as long as the schema

    def __init__(self, write: Callable[[Any], Any], read: Callable[[Any], Any]) -> None:
        """Keep both directions."""
        super().__init__(none_as_null=True)
        self.write = write
        self.read = read

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002 - interface
        """Write the value as JSON."""
        return None if value is None else self.write(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002 - interface
        """Read the value from JSON."""
        return None if value is None else self.read(value)


def code(length: int) -> TypeEngine[str]:
    """An id that somebody else gave; its beginnings are looked for, so everywhere it sorts by its code points."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


Sequence = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database counts up: SQLite counts only INTEGER keys."""
