"""Statements that each database words for itself: inserts that know what to do where the row is there already."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite


def in_each(made: Callable[[Any], Any]) -> dict[str, Any]:
    """What `made` makes of each database's own `insert`, by the name of the dialect; to be made once."""
    return {"sqlite": made(sqlite.insert), "postgresql": made(postgresql.insert)}
