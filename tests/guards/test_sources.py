"""What no file may hold: this machine, unfinished work, an exception without its reason."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.guards.tree import ROOT, name, python, shipped, text, tracked

# Written with brackets, so that this file does not find itself.
MACHINE = re.compile(r"(?<![\w.:/@}>-])/(?:[w]ork|[r]oot|[h]ome|[U]sers)/\w")
REGISTRY = re.compile(r"[i]ndex-url|[f]iles\.pythonhosted|[p]ypi\.org|[r]egistry\.npmjs")
UNFINISHED = re.compile(r"\b(?:[T]ODO|[F]IXME|[X]XX|[H]ACK|[T]BD|[W]IP)\b|[n]ot implemented")
EXCEPTION = re.compile(r"#\s*(?:noqa|type:\s*ignore|pragma:)(?P<rest>.*)$")
REASON = re.compile(r"\s-\s+\w|#\s*\w")


@pytest.mark.parametrize(("what", "pattern"), [("a path of a machine", MACHINE), ("a package registry", REGISTRY)])
def test_no_file_names(what: str, pattern: re.Pattern[str]) -> None:
    found = [where for path in tracked() for where in _lines(path, pattern)]

    assert found == [], f"{what} stands in {found}"


def test_nothing_that_is_shipped_is_unfinished() -> None:
    assert [where for path in shipped() for where in _lines(path, UNFINISHED)] == []


def test_every_exception_from_a_linter_says_why() -> None:
    assert [where for path in python() for where in _without_reason(path)] == []


def test_every_rule_that_is_switched_off_says_why() -> None:
    lines = text(ROOT / "pyproject.toml").splitlines()
    rule = re.compile(r'^\s+"[A-Z]+\d+",(?P<rest>.*)$')
    off = [line for line in lines if (found := rule.match(line)) and not found["rest"].strip().startswith("#")]

    assert off == []


def _lines(path: Path, pattern: re.Pattern[str]) -> Iterator[str]:
    yield from (f"{name(path)}:{at}" for at, line in enumerate(text(path).splitlines(), 1) if pattern.search(line))


def _without_reason(path: Path) -> Iterator[str]:
    lines = text(path).splitlines()
    for at, line in enumerate(lines):
        found = EXCEPTION.search(line)
        above = lines[at - 1].strip() if at else ""
        if found and not REASON.search(found["rest"]) and not above.startswith("#"):
            yield f"{name(path)}:{at + 1}"
