"""The plugin of the tutorial works, and the tutorial shows all of it."""

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint

import pytest

from printhub.core.plugin.discovery import discover
from tests.docs.pages import DOCS, sources

PLUGIN = DOCS / "examples" / "printhub_acme"
SOURCE = PLUGIN / "src"


def test_its_own_tests_and_the_conformance_kit_pass() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=PLUGIN,
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout
    assert int(re.findall(r"(\d+) passed", ran.stdout)[0]) > 30, ran.stdout


def test_the_hub_finds_it_by_its_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SOURCE))
    project = tomllib.loads((PLUGIN / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    points = project["entry-points"]["printhub.plugins"]
    named = [EntryPoint(name=name, value=module, group="printhub.plugins") for name, module in points.items()]

    plugins = discover(entry_points=named)

    assert plugins.set_aside == {}
    assert list(plugins.adapters) == ["acme"]


def test_the_tutorial_shows_every_file() -> None:
    tutorial = sources()["docs/writing-a-plugin.md"]
    files = [path.relative_to(DOCS).as_posix() for path in PLUGIN.rglob("*") if path.suffix in {".py", ".toml"}]

    assert [file for file in files if file not in tutorial and not file.endswith("__init__.py")] == []
