"""Language tags as people and shops write them."""

import pytest

from printhub.core.templates.languages import chain, spoken, usual


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("de", "de"),
        ("DE", "de"),
        ("de_at", "de-AT"),
        ("ZH-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        (" fr ", "fr"),
    ],
)
def test_a_tag_is_brought_into_its_usual_letters(written: str, tag: str) -> None:
    assert usual(written) == tag


def test_each_tag_is_followed_by_its_wider_ones_and_comes_once() -> None:
    assert chain(["de-AT", "de", "fr-CA"]) == ("de-AT", "de", "fr-CA", "fr")


@pytest.mark.parametrize("written", ["", "deutsch", "de|x", "de,en", "../x", "-", "d"])
def test_what_is_no_tag_is_left_out(written: str) -> None:
    assert chain([written, "en"]) == ("en",)


def test_the_words_language_is_the_readers_own_kind_of_it() -> None:
    assert spoken("de", ("de-AT", "de", "en")) == "de-AT"
    assert spoken("en", ("nl", "de")) == "en"
    assert spoken("de", ("den", "de-CH")) == "de-CH"
