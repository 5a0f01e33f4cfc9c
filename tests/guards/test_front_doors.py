"""The two front doors say exactly what they offer."""

import ast
from types import ModuleType

import pytest

import printhub
import printhub.testing
from docs.ext.front_doors import meanings
from tests.docs.pages import filled
from tests.guards.tree import ROOT, parsed

DOORS = [printhub, printhub.testing]
PAGE = {"printhub": filled()["docs/contract.md"], "printhub.testing": filled()["docs/testing-plugins.md"]}


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_all_is_sorted_and_names_exactly_what_is_imported(door: ModuleType) -> None:
    path = ROOT / "src" / door.__name__.replace(".", "/") / "__init__.py"
    imports = [node for node in parsed(path).body if isinstance(node, ast.ImportFrom)]
    imported = {alias.asname or alias.name for node in imports for alias in node.names}

    assert door.__all__ == sorted(imported, key=lambda name: (not name.isupper(), not name[0].isupper(), name))


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_a_front_door_holds_no_logic(door: ModuleType) -> None:
    path = ROOT / "src" / door.__name__.replace(".", "/") / "__init__.py"
    allowed = (ast.Expr, ast.ImportFrom, ast.Assign)

    assert [type(node).__name__ for node in parsed(path).body if not isinstance(node, allowed)] == []


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_every_name_is_documented_with_a_meaning(door: ModuleType) -> None:
    told = meanings(door)

    assert [name for name in door.__all__ if len(told[name]) < 5] == []
    assert [name for name in door.__all__ if f"| `{name}` | " not in PAGE[door.__name__]] == []
