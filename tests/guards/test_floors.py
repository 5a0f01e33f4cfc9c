"""Imports go down the floors only, and none hides inside a function."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.guards.tree import OWN, ROOT, name, parsed, python


def test_the_floors_are_kept() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)

    assert ran.returncode == 0, ran.stdout[-4000:]


def test_no_function_imports_our_own_code() -> None:
    assert [where for path in python() for where in _hidden_imports(path)] == []


def _hidden_imports(path: Path) -> Iterator[str]:
    functions = (node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    for function in functions:
        for node in ast.walk(function):
            match node:
                case ast.Import(names=names):
                    imported = [alias.name for alias in names]
                case ast.ImportFrom(module=module):
                    imported = [module or "."]
                case _:
                    continue
            for module_name in imported:
                first = module_name.partition(".")[0]
                if first in (*OWN, "") or first.startswith("printhub_"):
                    yield f"{name(path)}:{node.lineno} imports {module_name} in {function.name}"
