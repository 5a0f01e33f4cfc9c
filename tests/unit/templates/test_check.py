"""What a check of templates finds, before a customer does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from printhub.core.templates.catalogue import NOTIFICATIONS, About
from printhub.core.templates.check import ANY, Problem
from printhub.core.templates.facts import Facts
from printhub.core.templates.layers import PARTS
from printhub.core.templates.sample import sample, samples
from printhub.core.templates.templates import Templates
from tests.unit.templates.test_layers import put


@pytest.fixture
def templates(tmp_path: Path) -> Iterator[Templates]:
    made = Templates(tmp_path)
    yield made
    made.close()


def found(templates: Templates, languages: tuple[str, ...] = ("en",)) -> list[Problem]:
    return list(templates.check(["shop"], languages))


def test_everything_that_the_hub_brings_is_right(templates: Templates) -> None:
    assert list(templates.check(["shop"], ["en", "de-AT", "fr"])) == []


def test_what_is_wrong_is_named_with_its_file(templates: Templates, tmp_path: Path) -> None:
    put(tmp_path, "storefronts/shop/shipped/de/text.txt", "{{ oder }}")

    [problem] = [
        one for one in templates.check(["shop", "other"], ["en", "de"]) if "no such storefront" not in one.what
    ]

    assert (problem.storefront, problem.language, problem.notification) == ("shop", "de", "shipped")
    assert problem.what == "storefront: shipped/de/text.txt, line 1: 'oder' is undefined"


def test_a_fault_in_what_is_included_names_that_file(templates: Templates, tmp_path: Path) -> None:
    put(tmp_path, "de/greeting.txt", "one\n{{ oder }}")

    problems = found(templates, ("de",))

    assert {one.what for one in problems} == {"platform: de/greeting.txt, line 2: 'oder' is undefined"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("order_confirmation", "{{ shipment.carrier }}"),
        ("order_confirmation", "%Job.Number%"),
        ("order_approved", "{{ job.number }}"),
        ("statement", "{{ statement.amount | money }}"),
        ("shipped", "{{ order.tax | money }}"),
    ],
)
def test_what_is_not_there_every_time_is_found(templates: Templates, tmp_path: Path, name: str, text: str) -> None:
    put(tmp_path, f"{name}/text.txt", text)

    problems = found(templates)

    assert {one.notification for one in problems} == {name}
    assert all(one.what.startswith(f"platform: {name}/text.txt, line 1: ") for one in problems)


def test_a_file_that_no_message_uses_yet_is_compiled_too(templates: Templates, tmp_path: Path) -> None:
    put(tmp_path, "parts/unused.txt", "{% if %}")

    [problem] = found(templates)

    assert (problem.storefront, problem.notification) == (ANY, ANY)
    assert problem.what.startswith("platform: parts/unused.txt, line 1: ")


@pytest.mark.parametrize(
    ("file", "hint"),
    [
        ("shiped/text.txt", "did you mean shipped?"),
        ("shipped/subjct.txt", "did you mean subject.txt?"),
        ("shipped/de_AT/text.txt", None),
        ("shipped/de-at/text.txt", "name it de-AT"),
        ("storefronts/shoppe/shipped/text.txt", "there is no such storefront; the configuration has: shop"),
    ],
)
def test_a_name_that_is_nearly_right_is_told(templates: Templates, tmp_path: Path, file: str, hint: str | None) -> None:
    put(tmp_path, file, "words")

    problems = found(templates)

    assert [hint in one.what for one in problems if hint] == ([True] if hint else [])


def test_own_pieces_to_include_are_no_problem(templates: Templates, tmp_path: Path) -> None:
    put(tmp_path, "parts/de/hours.txt", "9–17")
    put(tmp_path, "shipped/carrier_notes.txt", "x")
    put(tmp_path, "shipped/logo.png.bak", "x")

    assert found(templates) == []


def test_a_storefront_with_a_short_name_is_no_language(templates: Templates, tmp_path: Path) -> None:
    put(tmp_path, "storefronts/abc/shipped/text.txt", "x")

    assert templates.languages(["abc"]) == ["de", "en", "fr"]


def test_a_listing_says_where_each_part_comes_from(templates: Templates, tmp_path: Path) -> None:
    put(tmp_path, "shipped/de/text.txt", "x")

    listed = {(name, part): source.shown for name, part, source in templates.listing("shop", "de-AT") if source}

    assert len({name for name, _ in listed}) == len(NOTIFICATIONS)
    assert listed["shipped", "text.txt"] == "platform: shipped/de/text.txt"
    assert listed["shipped", "subject.txt"] == "hub: shipped/de/subject.txt"
    assert {part for _, part in listed} <= set(PARTS)


@pytest.mark.parametrize("name", NOTIFICATIONS)
def test_samples_have_what_a_notification_tells_and_no_more(name: str) -> None:
    known = NOTIFICATIONS[name]
    empty = {one: field.default for one, field in Facts.model_fields.items()}

    for facts in samples(name):
        assert not [
            one for one in ("shipment", "refund", "statement", "failure") if facts[one] and one not in known.tells
        ]
    assert all(sample(name)[one] != empty[one] for one in known.tells)
    assert {bool(facts["job"]) for facts in samples(name)} == {about is About.JOB for about in known.about}
