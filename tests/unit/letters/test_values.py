"""What letters, letterheads and layouts take and refuse, and what they keep to themselves."""

import pytest
from pydantic import ValidationError

from printhub.core.letters.layout import LetterLayout
from printhub.core.letters.letterhead import Letterhead
from printhub.core.letters.pdf import letter_pdf
from tests.unit.letters.samples import PRESETS, a_letter, a_letterhead


def test_nothing_personal_shows_up_in_a_repr() -> None:
    letter = a_letter(closing=("Regards", "Tom"), enclosures=(b"%PDF secret",))

    shown = repr(letter) + str(letter)

    for secret in ("Ada", "Row", "posters", "order", "Tom", "secret"):
        assert secret not in shown


def test_a_refused_letter_does_not_quote_what_it_read() -> None:
    with pytest.raises(ValidationError) as caught:
        a_letter(recipient=("Ada Byron " * 30,))

    assert "Ada" not in str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"recipient": ()},
        {"recipient": ("", "  ")},
        {"recipient": ("line",) * 7},
        {"subject": " \n "},
        {"language": "english!"},
        {"date": "9.11.2026"},
    ],
)
def test_a_letter_that_cannot_be_meant_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        a_letter(**changes)


def test_blank_lines_of_an_address_drop_out() -> None:
    assert a_letter(recipient=("Ada", "", " ", "Row 12")).recipient == ("Ada", "Row 12")


@pytest.mark.parametrize("changes", [{"colour": "red"}, {"logo": b"GIF89a"}, {"logo": b"<svg" + bytes(3 * 1024**2)}])
def test_a_letterhead_that_cannot_be_printed_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        a_letterhead(**changes)


def test_the_least_letterhead_is_a_name() -> None:
    letterhead = Letterhead(name="Larkfield Print")

    assert letter_pdf(a_letter(), letterhead, LetterLayout()).startswith(b"%PDF-")
    assert letterhead.sender_line() == "Larkfield Print"


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_a_layout(preset: str) -> None:
    layout = LetterLayout.model_validate({"preset": preset})

    assert LetterLayout.model_validate(layout.model_dump()) == layout


def test_what_is_given_goes_before_the_preset() -> None:
    layout = LetterLayout(preset="uk", window_top=50, paper="letter")

    assert (layout.window_top, layout.window_height, layout.size()) == (50, 35, (215.9, 279.4))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"window_left": 150}, "the window leaves the page"),
        ({"window_top": 10}, "window_top"),
        ({"paper": "letter", "fold_marks": (105, 290)}, "a mark lies off the page"),
        ({"address_top": 38}, "less than 10 mm"),
        ({"address_top": 3}, "no room for the return line"),
        ({"window_left": 70}, "less than 45 mm to its side"),
        ({"preset": "fr"}, "preset"),
        ({"preset": ["uk"]}, "preset"),
        ({"windw_top": 3}, "windw_top"),
        ({"font_size": 40}, "font_size"),
    ],
)
def test_measures_without_sense_are_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        LetterLayout.model_validate(changes)
