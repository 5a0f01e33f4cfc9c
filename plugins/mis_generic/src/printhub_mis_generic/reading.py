"""An answer of the MIS, read as the configuration says."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import JsonValue

from printhub import Reply, retry_after
from printhub_mis_generic.query import Expression, first


@dataclass(frozen=True)
class Reading:
    """What an answer says. `document` is {} where it has no body, and `readable` false where it cannot be read."""

    status: int
    document: JsonValue = field(repr=False)
    readable: bool = True
    retry_after: timedelta | None = None

    def holds(self, query: Expression | None) -> bool:
        """Whether that holds in the document."""
        return query is not None and query.holds(self.document)

    def text(self, queries: tuple[Expression, ...]) -> str:
        """The text that stands there, or none; of a list its entries."""
        return _text(first(queries, self.document))

    def reference(self, queries: tuple[Expression, ...]) -> str | None:
        """The id that stands there: a text or a whole number, of no more than 256 characters."""
        found = first(queries, self.document)
        if isinstance(found, bool) or not isinstance(found, str | int):
            return None
        return str(found) if len(str(found)) <= 256 else None


def read(reply: Reply, kind: Literal["json", "text", "none"], now: datetime) -> Reading:
    """Read an answer; one that cannot be read as what it should be says so, whatever its status."""
    wait = retry_after(reply, now)
    if kind == "none" or not reply.content:
        return Reading(reply.status_code, {}, retry_after=wait)
    if kind == "text":
        return Reading(reply.status_code, {"text": reply.text}, retry_after=wait)
    try:
        return Reading(reply.status_code, reply.json(), retry_after=wait)
    except (ValueError, RecursionError):
        return Reading(reply.status_code, {}, readable=False, retry_after=wait)


def _text(found: Any) -> str:  # noqa: ANN401 - JSON can be anything
    match found:
        case None | bool() | dict():
            return ""
        case list():
            return "; ".join(filter(None, map(_text, found)))
        case _:
            return str(found)
