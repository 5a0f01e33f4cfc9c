"""The reference of the command line, from the commands themselves."""

import re
from collections.abc import Iterator

import click

from docs.ext.markdown import anchor, code, table
from printhub.cli.main import cli

_WITHIN = r"[^\[\]{}]"
for _ in range(4):  # as deep as brackets stand within each other
    _WITHIN = rf"(?:[^\[\]{{}}]|[\[{{]{_WITHIN}*[\]}}])"
_JSON = re.compile(rf"[\[{{]{_WITHIN}*[\]}}]")
_OPTION = re.compile(r"(?<![`\w-])(--[a-z][a-z-]*)(?![`\w])")


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
        inner = command.get_command(context, name)
        if inner is not None and not inner.hidden:
            yield from _below(inner, f"{path} {name}")


def _command(command: click.Command, path: str) -> str:
    context = click.Context(command, info_name=path)
    usage = f"{path} {' '.join(command.collect_usage_pieces(context))}"
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    rows = [_option(option, context) for option in options if not option.hidden]
    return "\n".join(
        [
            f"{anchor(path.replace(' ', '-'))}## {path}\n",
            f"{_plain(command.help)}\n",
            f"```text\n{usage}\n```\n",
            table(["option", "meaning"], rows) if rows else "",
        ]
    )


def _option(option: click.Option, context: click.Context) -> list[str]:
    names = ", ".join((*option.opts, *option.secondary_opts))
    meaning = _OPTION.sub(r"`\1`", option.help or "")
    if option.is_flag:
        return [code(names), meaning]
    word = "N" if isinstance(option.type, click.IntRange) else option.metavar or (option.name or "").upper()
    if isinstance(option.type, click.Choice) and not option.metavar:
        meaning += f" One of {', '.join(code(choice) for choice in option.type.choices)}."
    default = option.get_default(context)
    if option.show_default and default is not None:
        meaning += f" Default: {code(default)}."
    return [code(f"{names} {word}"), meaning]


def _plain(help_: str | None) -> str:
    """Write a help text as Markdown: without click's marks for layout, with options and JSON as code."""
    text = "\n".join(line.strip() for line in (help_ or "").replace("\b", "").splitlines())
    text = _JSON.sub(lambda found: code(" ".join(found[0].split())), text)
    return _OPTION.sub(r"`\1`", text)
