"""Templates that mean harm, or were written by somebody in a hurry: stopped within two seconds and 256 MB."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from printhub.core.model.errors import TemplateInvalid, Unavailable
from printhub.core.templates.sample import sample
from printhub.core.templates.templates import Templates
from tests.unit.templates.test_layers import put


@pytest.fixture
def templates(tmp_path: Path) -> Iterator[Templates]:
    made = Templates(tmp_path)
    yield made
    made.close()


def render(templates: Templates) -> str:
    """The words of a message; what takes too long is tried once more, as the hub does."""
    try:
        return templates.render("shipped", "shop", ("en",), sample("shipped")).text
    except Unavailable:
        return templates.render("shipped", "shop", ("en",), sample("shipped")).text


@pytest.mark.parametrize(
    "text",
    [
        '{{ "a" * 10**9 }}',
        "{{ [1] * 10**9 }}",
        '{{ "x".ljust(10**9) }}',
        "{{ '%1000000000d' | format(1) }}",
        '{{ "a" | center(10**9) }}',
        '{{ ("a" * 100000) | replace("a", "b" * 100000) }}',
        "{% set ns = namespace(t='a') %}{% for i in range(60) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}{{ ns.t }}",
        "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}{% endfor %}{% endfor %}",  # noqa: E501 - one line, as it would be written
        '{% include "shipped/text.txt" %}',
        '{% extends "shipped/text.txt" %}',
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ 9 ** 999999999 }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__ }}",
        "{{ order.__class__ }}",
        "{{ [] | map(attribute='__class__') | list }}{{ ''.format.__self__ }}",
        '{% include "/etc/passwd" %}',
        '{% include "../../catalogue.py" %}',
        "{% for x in range(1000000000) %}{% endfor %}",
        "{{ range(10000) | map('center', 10**6) | join }}",
        "{{ (range(9999) | join) | replace('1', '1' * 500000) }}",
        "{{ range(10000) | list | batch(10**9, 'x') }}",
        "{% set a = ['x' * 9999] * 9999 %}{{ a | join('y' * 9999) }}",
        "{{ 'x' | indent(10**9, true) }}{{ ('\\n' * 9999) | indent(10**8) }}",
        "{% for x in range(9) recursive %}{{ loop([x]) }}{% endfor %}",
        "{{ " + "(" * 50_000 + "1" + ")" * 50_000 + " }}",
        "{{" * 100_000,
        "{% if true %}" * 19_000,
        "{{ order | attr('__class__') }}{{ (order | list)[0].__class__ }}",
        "{{ lipsum.__globals__ }}",
        '{% include ["../x", "storefronts/other/shipped/text.txt"] %}',
        '{% import "/etc/hostname" as x %}',
    ],
)
def test_it_is_stopped_and_the_next_one_goes(templates: Templates, tmp_path: Path, text: str) -> None:
    good = put(tmp_path, "shipped/text.txt", "good")
    assert render(templates) == "good\n"

    good.write_text(text)
    with pytest.raises(TemplateInvalid):
        render(templates)

    good.write_text("good again")
    assert templates.render("statement", "shop", ("en",), sample("statement")).text
    assert Templates(tmp_path).preview("shipped", "shop", "en", sample("shipped")).text == "good again\n"


def test_a_bomb_of_includes_is_stopped(templates: Templates, tmp_path: Path) -> None:
    for number in range(40):
        twice = ('{% include "bomb/' + str(number + 1) + '.txt" %}') * 2
        put(tmp_path, f"bomb/{number}.txt", twice)
    put(tmp_path, "bomb/40.txt", "boom")
    put(tmp_path, "shipped/text.txt", '{% include "bomb/0.txt" %}')

    with pytest.raises(TemplateInvalid):
        render(templates)


def test_html_nested_without_end_is_stopped(templates: Templates, tmp_path: Path) -> None:
    put(tmp_path, "shipped/html.html", "{% for x in range(9999) %}" + "<div><b>" * 12 + "{% endfor %}")

    with pytest.raises(TemplateInvalid, match=r"2 s|256 MB"):
        render(templates)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded where /proc tells how much a process has")
def test_what_fills_the_memory_is_stopped(templates: Templates, tmp_path: Path) -> None:
    grow = "{% set ns.l = ns.l + ['x' * (10**6 + i)] %}"
    fill = "{% set ns = namespace(l=[]) %}{% for i in range(9999) %}" + grow + "{% endfor %}"
    put(tmp_path, "shipped/text.txt", fill)

    with pytest.raises(TemplateInvalid, match="256 MB"):
        render(templates)


def test_many_threads_may_ask_at_once(templates: Templates, tmp_path: Path) -> None:
    put(tmp_path, "shipped/text.txt", "{{ note }}")
    notes = [f"note {number}" for number in range(24)]

    def ask(note: str) -> str:
        return templates.render("shipped", "shop", ("en",), sample("shipped") | {"note": note}).text

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, notes)) == [f"{note}\n" for note in notes]


def test_the_process_that_renders_ends_with_the_one_that_asks(tmp_path: Path) -> None:
    put(tmp_path, "shipped/text.txt", "good")
    script = (
        "import os, pathlib\n"
        "from printhub.core.templates.sample import sample\n"
        "from printhub.core.templates.templates import Templates\n"
        f"templates = Templates(pathlib.Path({str(tmp_path)!r}))\n"
        "templates.render('shipped', 'shop', ('en',), sample('shipped'))\n"
        "print('rendered', flush=True)\n"
        "os._exit(0)\n"  # as a process ends that is killed: nothing is closed
    )

    asker = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)

    told, _ = asker.communicate(timeout=60)
    assert told == b"rendered\n"
    assert gone(tmp_path, within=30)


def test_the_process_that_renders_knows_none_of_the_hubs_secrets(
    templates: Templates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRINTHUB_SECRET", "open-sesame")
    put(tmp_path, "shipped/text.txt", "good")

    render(templates)

    children = list(Path("/proc").glob("[0-9]*/cmdline")) if Path("/proc").is_dir() else []
    ours = [
        one.parent
        for one in children
        if b"printhub.core.templates.worker" in _read(one) and str(tmp_path).encode() in _read(one)
    ]
    assert all(b"open-sesame" not in _read(process / "environ") for process in ours)


def test_a_closed_one_starts_anew_when_it_is_asked(templates: Templates, tmp_path: Path) -> None:
    put(tmp_path, "shipped/text.txt", "good")
    render(templates)
    templates.close()

    assert render(templates) == "good\n"


def gone(folder: Path, within: float) -> bool:
    """Whether no process renders templates of this folder, or none does soon."""
    waiting = threading.Event()
    for _ in range(int(within * 20)):
        lines = [_read(one) for one in Path("/proc").glob("[0-9]*/cmdline")]
        if not any(b"printhub.core.templates.worker" in line and str(folder).encode() in line for line in lines):
            return True
        waiting.wait(0.05)
    return False


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_what_took_too_long_is_not_tried_again_for_a_while_and_others_do_not_wait(
    templates: Templates, tmp_path: Path
) -> None:
    loop = "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}{% endfor %}{% endfor %}"  # noqa: E501 - one line, as it would be written
    put(tmp_path, "storefronts/slow/shipped/text.txt", loop)

    def slow() -> None:
        templates.render("shipped", "slow", ("en",), sample("shipped"))

    with pytest.raises(Unavailable):
        slow()
    with pytest.raises(TemplateInvalid):
        slow()
    began = time.process_time()
    for _ in range(100):
        with pytest.raises(TemplateInvalid):
            slow()
        render(templates)

    assert time.process_time() - began < 2  # of this process alone: it waits for nobody
