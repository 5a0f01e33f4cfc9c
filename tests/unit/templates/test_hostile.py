"""Templates that mean harm, or were written by somebody in a hurry: stopped within two seconds and 256 MB."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from printhub.core.model.errors import TemplateInvalid
from printhub.core.templates.sample import sample
from printhub.core.templates.templates import Templates
from tests.unit.templates.test_layers import put


@pytest.fixture
def templates(tmp_path: Path) -> Iterator[Templates]:
    made = Templates(tmp_path)
    yield made
    made.close()


def render(templates: Templates) -> str:
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
    ],
)
def test_it_is_stopped_and_the_next_one_goes(templates: Templates, tmp_path: Path, text: str) -> None:
    good = put(tmp_path, "shipped/text.txt", "good")
    assert render(templates) == "good\n"

    good.write_text(text)
    with pytest.raises(TemplateInvalid):
        render(templates)

    good.write_text("good again")
    assert render(templates) == "good again\n"


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


def test_everything_that_the_hub_brings_is_right() -> None:
    templates = Templates()

    assert list(templates.check(["shop"], ["en", "de-AT", "fr"])) == []
    templates.close()


def test_a_check_names_what_is_wrong(templates: Templates, tmp_path: Path) -> None:
    put(tmp_path, "storefronts/shop/shipped/de/text.txt", "{{ oder }}")

    [problem] = templates.check(["shop", "other"], ["en", "de"])

    assert (problem.storefront, problem.language, problem.notification) == ("shop", "de", "shipped")
    assert "storefront: shipped/de/text.txt, line 1" in problem.what


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
