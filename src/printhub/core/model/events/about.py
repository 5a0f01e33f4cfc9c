"""What an event is about, by the storefront's own ids: read from what it says, whatever its type."""

from collections.abc import Mapping
from typing import NamedTuple

from pydantic import JsonValue

_LONGEST = 128
"""Characters of an id (`Identifier`); what is longer names nothing that the hub will ever know."""


class About(NamedTuple):
    """An order, or else a job: what is said of an order and a job of it belongs to the order."""

    order: str | None = None
    job: str | None = None


def about(data: JsonValue) -> About:
    """What an event with this data is about; nothing when it names neither."""
    if not isinstance(data, Mapping):
        return About()
    order = _number(data.get("order"))
    return About(order=order) if order else About(job=_number(data.get("job")))


def _number(named: JsonValue) -> str | None:
    if isinstance(named, Mapping):
        named = named.get("id")
    return named if isinstance(named, str) and 0 < len(named) <= _LONGEST else None
