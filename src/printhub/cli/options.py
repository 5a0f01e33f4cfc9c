"""Options that several commands share."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def as_json(command: F) -> F:
    """Add --json."""
    return click.option("--json", "as_data", is_flag=True, help="Write JSON.")(command)


def why(command: F) -> F:
    """Add --why, which every act needs."""
    return click.option("--why", required=True, metavar="TEXT", help="The reason; it is kept with the act.")(command)


def paged(command: F) -> F:
    """Add --limit and --after."""
    limit = click.option(
        "--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="How many to list."
    )
    after = click.option("--after", type=click.UUID, metavar="ID", help="Go on after this one: the end of a page says.")
    return limit(after(command))


def confirmed(command: F) -> F:
    """Add --yes, for what asks before it acts."""
    return click.option("--yes", is_flag=True, help="Do not ask.")(command)
