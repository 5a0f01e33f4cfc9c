"""The files that the guards look at."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OWN = ("printhub", "docs", "tests", "plugins")
"""Names under which our own code is imported; plugins' packages begin with `printhub_`."""


@cache
def tracked() -> tuple[Path, ...]:
    """All files that are committed or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return tuple(sorted(ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()))


@cache
def shipped() -> tuple[Path, ...]:
    """The Python files that users install: those of the hub and of its plugins."""
    packages = [ROOT / "src", *(ROOT / "plugins").glob("*/src")]
    return tuple(path for path in tracked() if path.suffix == ".py" and any(path.is_relative_to(p) for p in packages))


def python() -> list[Path]:
    """All Python files."""
    return [path for path in tracked() if path.suffix == ".py"]


def name(path: Path) -> str:
    """A file as messages call it."""
    return path.relative_to(ROOT).as_posix()


@cache
def text(path: Path) -> str:
    """What a file holds; what is no text holds nothing."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def parsed(path: Path) -> ast.Module:
    """A Python file as a tree."""
    return ast.parse(text(path))
