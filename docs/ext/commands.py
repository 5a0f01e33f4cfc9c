"""The reference of the command line, from the commands themselves."""

from collections.abc import Iterator

import click

from docs.ext.markdown import anchor, code, table
from printhub.cli.main import cli


def commands() -> str:
    """Write every command: what it does, how it is called, its arguments and options."""
    return "\n".join(_command(command, path) for path, command in all_commands())


def all_commands() -> Iterator[tuple[str, click.Command]]:
    """Yield every command that does something, by the words that call it."""
    yield from _below(cli, "printhub")


def _below(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield path, command
        return
    context = click.Context(command, info_name=path)
    for name in command.list_commands(context):
        try:
            inner = command.get_command(context, name)
        except ModuleNotFoundError:  # TMP
            continue
        if inner is not None and not inner.hidden:
            yield from _below(inner, f"{path} {name}")


def _command(command: click.Command, path: str) -> str:
    context = click.Context(command, info_name=path)
    usage = f"{path} {' '.join(command.collect_usage_pieces(context))}"
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    rows = [
        [code(", ".join((*option.opts, *option.secondary_opts)) + _value(option, context)), option.help or ""]
        for option in options
        if not option.hidden
    ]
    return "\n".join(
        [
            f"{anchor(path.replace(' ', '-'))}## {path}\n",
            f"{_plain(command.help)}\n",
            f"```text\n{usage}\n```\n",
            table(["option", "meaning"], rows) if rows else "",
        ]
    )


def _value(option: click.Option, context: click.Context) -> str:
    return "" if option.is_flag else f" {option.make_metavar(context)}"


def _plain(help_: str | None) -> str:
    """Take click's own marks for layout out of a help text."""
    return "\n".join(line.strip() for line in (help_ or "").replace("\b", "").splitlines())
