"""Every recipe of the runbook puts right what it is for: its commands are run as they stand."""

import re
import shlex
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event

from printhub import Absent, Misconfigured, OutcomeUnknown, Rejected, Report, Unavailable
from printhub.testing import after_sending, tiny_pdf
from tests.docs.pages import DOCS
from tests.docs.test_quickstart import fits
from tests.unit.cli.shop import Shop

PAGE = (DOCS / "runbook.md").read_text(encoding="utf-8")
RECIPES = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass
class Trouble:
    """A shop in which something is wrong, and what happens between the commands of its recipe."""

    shop: Shop
    happens: dict[str, Callable[[], object]] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    room: list[int] = field(default_factory=list)


def _answers_well(shop: Shop) -> None:
    shop.script.default("notify", lambda ticket, _call: Report.done(f"P-{ticket.job.id}"))
    shop.script.default("check", Report.done())


def _blocked(trouble: Trouble) -> None:
    trouble.shop.order("O-1", "J-1")
    trouble.shop.cli("block", "J-1", "--why", "the logo looks too small")
    trouble.shop.run()


def _down(trouble: Trouble) -> None:
    shop = trouble.shop
    shop.script.default("notify", Unavailable("connection refused"))
    for number in range(6):
        shop.order(f"O-{number}", f"J-{number}")
    shop.run()

    def back() -> None:
        shop.clock.advance(timedelta(days=1))
        shop.run()
        _answers_well(shop)

    trouble.happens["the next day"] = back


def _credentials(trouble: Trouble) -> None:
    trouble.shop.script.default("notify", Misconfigured("the token is wrong"))
    trouble.shop.script.default("check", Misconfigured("the token is wrong"))
    trouble.shop.order("O-1", "J-1")
    trouble.shop.run()

    trouble.happens["the credentials are mended"] = lambda: _answers_well(trouble.shop)


def _many(trouble: Trouble) -> None:
    for job in ("J-1", "J-2", "J-3"):
        trouble.shop.script.answer("notify", Rejected(f"no such paper for {job}"), job=job)
        trouble.shop.order(f"O-{job}", job)
    trouble.shop.run()


def _doubt(trouble: Trouble) -> None:
    trouble.shop.script.answer("notify", after_sending(OutcomeUnknown("the line broke")))
    trouble.shop.order("O-1", "J-1")
    trouble.shop.run()
    trouble.words["DELIVERY"] = trouble.shop.delivery("J-1")["id"]


def _wrong_file(trouble: Trouble) -> None:
    trouble.shop.order("O-1", "J-1", payment="Pending")
    trouble.shop.run()
    (trouble.shop.folder / "mended.pdf").write_bytes(tiny_pdf("mended"))
    trouble.shop.emit("order.payment_changed", {"order": "O-1", "payment_status": "Paid"})


def _not_there(trouble: Trouble) -> None:
    file = trouble.shop.folder / "artwork" / "b.pdf"
    trouble.shop.order("O-1", "J-1", output=[{"name": file.name, "url": file.as_uri()}])
    trouble.shop.run()
    trouble.happens["the file is there"] = lambda: file.write_bytes(tiny_pdf("late"))


def _full(trouble: Trouble) -> None:
    trouble.shop.order("O-1", "J-1", payment="Pending")
    trouble.room.append(1)
    with _a_disk(trouble.room):
        for why in ("x" * 1900, "x"):  # until not even the least has room
            while trouble.shop.cli("block", "J-1", "--why", why).exit_code == 0:
                pass
    trouble.happens["there is room again"] = trouble.room.clear


def _lost(trouble: Trouble) -> None:
    trouble.shop.order("O-1", "J-1", payment="Pending")
    trouble.shop.emit("order.payment_changed", {"order": "O-1", "payment_status": "Paid"})
    trouble.shop.script.default("lookup", Absent())
    trouble.happens["the machine is lost"] = lambda: shutil.rmtree(trouble.shop.folder / "var")


TROUBLES: Mapping[str, Callable[[Trouble], None]] = {
    "A job does not move": _blocked,
    "The MIS is down for a day": _down,
    "Wrong credentials": _credentials,
    "Many calls failed for one reason": _many,
    "A call in doubt": _doubt,
    "The wrong file": _wrong_file,
    "A file that is not there": _not_there,
    "The disk is full": _full,
    "The machine is lost": _lost,
}


def test_there_is_a_trouble_for_every_recipe() -> None:
    assert list(RECIPES) == list(TROUBLES)


@pytest.mark.parametrize("recipe", TROUBLES)
def test_a_recipe_puts_right_what_it_is_for(recipe: str, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop.folder)
    trouble = Trouble(shop)
    TROUBLES[recipe](trouble)

    with _a_disk(trouble.room):
        for block in _BLOCK.findall(RECIPES[recipe]):
            _follow(trouble, block)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    made = Shop(tmp_path)
    assert made.cli("db", "upgrade").exit_code == 0
    return made


def _follow(trouble: Trouble, block: str) -> None:
    steps = re.split(r"^(?=\$ |# )", block, flags=re.MULTILINE)
    for step in filter(None, steps):
        line, *expected = step.splitlines()
        if line.startswith("# "):
            trouble.happens[line.removeprefix("# ")]()
        elif line == "$ printhub serve":
            for _ in range(5):  # a few minutes, in which one thing follows another
                trouble.shop.clock.advance(timedelta(minutes=1))
                trouble.shop.run()
        else:
            _command(trouble, line.removeprefix("$ printhub "), expected)


def _command(trouble: Trouble, command: str, expected: list[str]) -> None:
    for word, found in trouble.words.items():
        command = command.replace(word, found)
    result = trouble.shop.cli(*shlex.split(command))

    wanted = "\n".join(expected)
    assert fits(result.output, expected), f"printhub {command} answered\n{result.output}\nand not\n{wanted}"
    assert result.exit_code == (2 if any(line.startswith("printhub: ") for line in expected) else 0), result.output


@contextmanager
def _a_disk(room: list[int]) -> Iterator[None]:
    """A disk that is full as long as `room` names the pages that a store may have."""

    def limit(connection: Connection) -> None:
        # SQLite counts the same way whether the disk ends or its own limit; it never goes below what is there.
        connection.exec_driver_sql(f"PRAGMA max_page_count = {room[0] if room else 1_000_000}")

    event.listen(Engine, "begin", limit)
    try:
        yield
    finally:
        event.remove(Engine, "begin", limit)
