"""Addresses as they stand on an envelope."""

import pytest

from printhub.core.model.people import Address
from printhub.core.notifications.postal import envelope, in_window

WHOLE = Address(
    name="Kim Sample",
    company="Sample & Co",
    address1="1 Sample Street",
    address2="Back yard",
    address3="Third bell",
    town="Berlin",
    state="BE",
    postcode="10115",
    country="DE",
)


@pytest.mark.parametrize(("language", "country"), [("en", "GERMANY"), ("de-AT", "DEUTSCHLAND"), ("fr", "ALLEMAGNE")])
def test_the_country_stands_last_in_capitals(language: str, country: str) -> None:
    lines = envelope(WHOLE, language, None)

    assert lines[:2] == ("Sample & Co", "Kim Sample")
    assert lines[-2:] == ("10115 Berlin, BE", country)


def test_what_is_empty_leaves_no_line() -> None:
    assert envelope(Address(name="Kim", address1="1 Street", town="Leeds"), "en", None) == ("Kim", "1 Street", "Leeds")
    assert envelope(Address(), "en", None) == ()


def test_an_unknown_country_stands_as_it_was_told() -> None:
    assert envelope(WHOLE.model_copy(update={"country": "QQ"}), "en", None)[-1] == "QQ"


def test_a_window_keeps_who_and_where() -> None:
    lines = envelope(WHOLE, "en", None)

    assert len(lines) == 7
    assert in_window(lines) == (*lines[:4], "10115 Berlin, BE", "GERMANY")
    assert in_window(lines[:6]) == lines[:6]


def test_a_letter_within_the_country_does_not_name_it() -> None:
    assert envelope(WHOLE, "en", "DE")[-1] == "10115 Berlin, BE"
    assert envelope(WHOLE, "en", "AT")[-1] == "GERMANY"
