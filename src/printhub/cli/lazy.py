"""A group whose commands are imported when they are called, so that its help does not wait for what it never runs."""

import importlib
from collections.abc import Mapping
from typing import Any

import click


class LazyGroup(click.Group):
    """A click group over a table: the command's name → (module, attribute, one line of help)."""

    def __init__(self, *, table: Mapping[str, tuple[str, str, str]], **settings: Any) -> None:
        """List the commands in the order of `table`; their modules are imported one by one, when they are called."""
        # What stands here is only listed; `get_command` puts the real ones in their place.
        listed = {name: click.Command(name, short_help=line) for name, (_, _, line) in table.items()}
        super().__init__(commands=listed, **settings)
        self._table = table

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's interface
        """Name the commands in the order of the table, which is that of their use."""
        return list(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's interface
        """Import a command."""
        if cmd_name not in self._table:
            return None
        module, attribute, _ = self._table[cmd_name]
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}.{attribute} is no click command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's interface
        """Write the list of commands from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in self._table.items()])
