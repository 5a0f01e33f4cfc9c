"""A group whose commands are imported when they are called, so that its help does not wait for what it never runs."""

import importlib
from collections.abc import Mapping
from typing import Any, TypeAlias

import click

Command: TypeAlias = tuple[str, str, str]
"""Where a command is, and what it does: (module, attribute, one line of help)."""


class LazyGroup(click.Group):
    """A click group over sections of commands: title → name → command."""

    def __init__(self, *, sections: Mapping[str, Mapping[str, Command]], **settings: Any) -> None:
        """List the commands in this order; their modules are imported one by one, when they are called."""
        self._sections = sections
        self._table = {name: command for section in sections.values() for name, command in section.items()}
        # What stands here is only listed; `get_command` puts the real ones in their place.
        listed = {name: click.Command(name, short_help=line) for name, (_, _, line) in self._table.items()}
        super().__init__(commands=listed, **settings)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's interface
        """Name the commands in the order of the sections, which is that of their use."""
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
        """Write the list of commands from the sections alone."""
        for title, section in self._sections.items():
            with formatter.section(title):
                formatter.write_dl([(name, line) for name, (_, _, line) in section.items()])
