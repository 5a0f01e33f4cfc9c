"""The two front doors say exactly what they offer."""

import ast
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import printhub.testing
from docs.ext.front_doors import meanings
from printhub import front
from tests.docs.pages import filled
from tests.guards.tree import parsed

DOORS = [front, printhub.testing]
"""`printhub` itself waits with its imports until a name is asked for, and hands out what `front` gathers."""
PAGE = {"printhub.front": filled()["docs/contract.md"], "printhub.testing": filled()["docs/testing-plugins.md"]}


def _file(door: ModuleType) -> Path:
    return Path(str(door.__file__))


def test_printhub_hands_out_what_the_front_gathers_and_nothing_else() -> None:
    door = import_module("printhub")

    assert {name: getattr(door, name) for name in dir(door)} == {name: getattr(front, name) for name in front.__all__}
    assert door.__all__ == front.__all__
    assert not hasattr(door, "annotations")


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_all_is_sorted_and_names_exactly_what_is_imported(door: ModuleType) -> None:
    imports = [node for node in parsed(_file(door)).body if isinstance(node, ast.ImportFrom)]
    imported = {alias.asname or alias.name for node in imports for alias in node.names}

    assert door.__all__ == sorted(imported, key=lambda name: (not name.isupper(), not name[0].isupper(), name))


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_a_front_door_holds_no_logic(door: ModuleType) -> None:
    allowed = (ast.Expr, ast.ImportFrom, ast.Assign)

    assert [type(node).__name__ for node in parsed(_file(door)).body if not isinstance(node, allowed)] == []


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_every_name_is_documented_with_a_meaning(door: ModuleType) -> None:
    told = meanings(door)

    assert [name for name in door.__all__ if len(told[name]) < 5] == []
    assert [name for name in door.__all__ if f"| `{name}` | " not in PAGE[door.__name__]] == []
