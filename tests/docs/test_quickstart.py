"""The quickstart works: its commands are run as they stand, and answer what it says."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, ROOT, Block, blocks

PAGE = "docs/quickstart.md"
EXAMPLES = DOCS / "examples" / "quickstart"
NOT_HERE = ("make ", "source ")
"""Commands that set up what these tests run in."""
STAYS = ("python docs/examples/quickstart/simulated_mis.py", "printhub serve")
"""Commands that run in a terminal of their own."""
PATIENCE = 30.0


class Terminal:
    """Runs commands in an empty folder, some of them in the background."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: list[subprocess.Popen[str]] = []
        self.address = ""
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("PRINTHUB_")}
        self.env |= {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "PYTHONUNBUFFERED": "1"}

    def run(self, command: str) -> str:
        ran = subprocess.run(
            command.split(), cwd=self.folder, env=self.env, capture_output=True, text=True, timeout=60, check=False
        )
        assert ran.returncode == 0, f"{command}: {ran.stdout}{ran.stderr}"
        return ran.stdout

    def start(self, command: str) -> str:
        words = command.replace("docs/", f"{ROOT}/docs/").split()
        process = subprocess.Popen(
            words, cwd=self.folder, env=self.env, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.running.append(process)
        assert process.stdout is not None
        return process.stdout.readline()

    def close(self) -> None:
        for process in reversed(self.running):
            process.terminate()
            process.wait(20)
            if process.stdout is not None:
                process.stdout.close()


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    opened = Terminal(tmp_path)
    yield opened
    opened.close()


@pytest.mark.acceptance
def test_the_quickstart_from_the_first_command_to_the_last(terminal: Terminal) -> None:
    for block in blocks(PAGE):
        if block.info == "console":
            _console(terminal, block)
        elif block.info == "toml":
            _configure(terminal, block)
        elif block.info.startswith("{literalinclude}"):
            shutil.copy(DOCS / block.info.partition(" ")[2], terminal.folder)


def test_what_it_includes_is_all_that_it_needs() -> None:
    shown = {block.info.rpartition("/")[2] for block in blocks(PAGE) if block.info.startswith("{literalinclude}")}

    assert shown == {path.name for path in EXAMPLES.glob("*.json")}


def _console(terminal: Terminal, block: Block) -> None:
    commands: list[tuple[str, list[str]]] = []
    for line in block.code.splitlines():
        if line.startswith("$ "):
            commands.append((line.removeprefix("$ "), []))
        else:
            commands[-1][1].append(line)
    for command, expected in commands:
        if command.startswith(NOT_HERE):
            continue
        if command in STAYS:
            first = terminal.start(command)
            found = re.search(r"http://127\.0\.0\.1:\d+", first)
            terminal.address = found[0] if found else terminal.address
            _check(command, first, expected)
            continue
        _until(terminal, command, expected)


def _until(terminal: Terminal, command: str, expected: list[str]) -> None:
    """Run a command that may be repeated until it answers what is expected; one that acts is run once."""
    deadline = time.monotonic() + PATIENCE
    while True:
        answer = terminal.run(command)
        if not command.startswith("printhub jobs") or fits(answer, expected) or time.monotonic() > deadline:
            _check(command, answer, expected)
            return


def _check(command: str, answer: str, expected: list[str]) -> None:
    assert fits(answer, expected), f"{command} answered\n{answer}\nand not\n" + "\n".join(expected)


def fits(answer: str, expected: list[str]) -> bool:
    """Whether the expected lines come in that order; … stands for the rest of a line, or alone for further lines."""
    lines = iter(answer.splitlines())
    for line in expected:
        if line == "…":
            continue
        pattern = re.sub(r"http://127\\\.0\\\.0\\\.1:\d+", r"http://127\\.0\\.0\\.1:\\d+", re.escape(line))
        if not any(re.fullmatch(pattern.replace("…", ".*"), given.rstrip()) for given in lines):
            return False
    return True


def _configure(terminal: Terminal, block: Block) -> None:
    written = re.sub(r"http://127\.0\.0\.1:\d+", terminal.address, block.code)
    with (terminal.folder / "printhub.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n{written}")
