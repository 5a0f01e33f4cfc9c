"""What holds for all commands: help, versions, and errors that end in one line."""

import subprocess
import sys
import time
from contextlib import closing
from datetime import datetime
from importlib.metadata import version
from sqlite3 import connect

import click
import pytest
from click.testing import CliRunner

from printhub.cli.launch import Launch
from printhub.cli.lazy import LazyGroup
from printhub.cli.main import COMMANDS, cli
from tests.unit.cli.shop import Shop

_SERVER = {"alembic", "kombu", "pluggy", "pydantic", "requests", "rich", "sqlalchemy", "structlog"}


def test_help_lists_every_command_with_the_words_of_its_own_help() -> None:
    text = CliRunner().invoke(cli, ["--help"]).stdout

    for name, (_, _, line) in COMMANDS.items():
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        assert (command.help or "").splitlines()[0] == line
        assert name in text
    assert isinstance(cli, LazyGroup)


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_help(name: str) -> None:
    result = CliRunner().invoke(cli, [name, "--help"])

    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: ")


def test_the_help_waits_for_nothing_that_it_never_uses() -> None:
    """`import printhub` is no reason to wait either: the console script passes by there."""
    code = (
        "import sys, click, printhub.cli.main as main\n"
        "try: main.cli(['--help'])\n"
        "except SystemExit: pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stderr.split()

    assert not _SERVER & set(loaded)


def test_the_help_takes_hardly_longer_than_click_does() -> None:
    bare = min(_seconds("import click") for _ in range(5))
    ours = min(_seconds("from printhub.cli.main import main; main()", "--help") for _ in range(5))

    assert ours < 3 * bare


def test_the_version_is_that_of_the_distribution() -> None:
    assert CliRunner().invoke(cli, ["--version"]).stdout == f"printhub {version('printhub')}\n"


def test_a_command_that_does_not_exist_is_wrong_usage() -> None:
    result = CliRunner().invoke(cli, ["job"])

    assert result.exit_code == 2
    assert "jobs" in result.stderr


def test_a_store_that_another_process_writes_to_is_said_to_be_locked(shop: Shop) -> None:
    shop.order()
    with closing(connect(shop.folder / "var" / "printhub.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        blocked = shop.cli("block", "J1", "--why", "x")
        emitted = shop.cli("emit", "-", stdin='{"a": 1}')
        listed = shop.cli("jobs", "list")

    assert blocked.exit_code == 2
    assert "is locked by another process; nothing was changed, try again" in blocked.stderr
    assert emitted.exit_code == 2
    assert "0 events were taken before: emit the same input again" in emitted.stderr
    assert listed.exit_code == 0


def test_a_store_of_another_version_is_left_alone(shop: Shop) -> None:
    with closing(connect(shop.folder / "var" / "printhub.db")) as store, store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")

    result = shop.cli("jobs", "list")

    assert result.exit_code == 2
    assert "has version 9999" in result.stderr


def test_a_fault_of_our_own_names_its_place_and_shows_no_content(shop: Shop) -> None:
    launch = Launch(shop.path, plugins=shop.plugins, environ={}, now=_broken)

    plain = CliRunner().invoke(cli, ["check"], obj=launch)
    debugged = CliRunner().invoke(cli, ["--debug", "check"], obj=launch)

    assert plain.exit_code == 70
    assert plain.stderr.startswith("printhub: a fault of PrintHub itself, ZeroDivisionError (test_main.py, line ")
    assert "jane@example.org" not in plain.output
    assert "Traceback" not in plain.output
    assert "Traceback" in debugged.stderr


def _broken() -> datetime:
    raise ZeroDivisionError("jane@example.org")


def _seconds(code: str, *args: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code, *args], capture_output=True, check=True)
    return time.perf_counter() - began
