"""The names that plugin authors import, each with its meaning."""

import ast
import inspect
from importlib import import_module
from itertools import pairwise
from types import ModuleType

import printhub.testing
from docs.ext.markdown import code, table
from printhub import front


def printhub_names() -> str:
    """Write what `printhub` offers."""
    return _names(front)


def testing_names() -> str:
    """Write what `printhub.testing` offers."""
    return _names(printhub.testing)


def meanings(door: ModuleType) -> dict[str, str]:
    """Say of each name of a front door what it is: the first sentence of what stands with its definition."""
    [imports] = [ast.parse(inspect.getsource(door)).body]
    found: dict[str, str] = {}
    for node in imports:
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                found[alias.asname or alias.name] = _meaning(node.module, alias.name)
    return found


def _names(door: ModuleType) -> str:
    told = meanings(door)
    return table(["name", "meaning"], [[code(name), told[name]] for name in door.__all__])


def _meaning(module: str, name: str) -> str:
    source = import_module(module)
    value = getattr(source, name)
    if inspect.isclass(value) or inspect.isfunction(value):
        return _first_sentence(value.__doc__)
    return _first_sentence(_text_below(source, name))


def _text_below(module: ModuleType, name: str) -> str:
    """Read the text below an assignment of a module."""
    lines = ast.parse(inspect.getsource(module)).body
    for line, below in pairwise(lines):
        match line, below:
            case ast.Assign(targets=[ast.Name(id=found)]), ast.Expr(value=ast.Constant(value=str(text))):
                if found == name:
                    return text
            case _:
                pass
    return ""


def _first_sentence(docstring: str | None) -> str:
    paragraph = " ".join((docstring or "").strip().partition("\n\n")[0].split())
    first, stop, _ = paragraph.partition(". ")
    return first + ("." if stop else "")
