"""What shows through the envelope's window: all of the address, and nothing but address and return line."""

import pytest

from printhub.core.letters.layout import LetterLayout
from printhub.core.letters.pdf import letter_pdf
from printhub.core.model.errors import LetterImpossible
from tests.unit.letters.samples import LOGO, PRESETS, Reading, a_letter, a_letterhead, made, window

RECIPIENTS = {
    "one line": ("Ada",),
    "six lines": ("Frau Dr.", "Ada Byron", "Rechenwerk e. V.", "Zahnradgasse 12", "48155 Münster", "GERMANY"),
    "wide lines": ("Gesellschaft zur Förderung der Analytischen Maschine und ihrer Freunde", "Zahnradgasse 12", "Ort"),
    "very wide lines": ("The Society for the Advancement of Analytical Engines and Everyone Who Ever Wanted One " * 2,),
}


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("recipient", RECIPIENTS.values(), ids=RECIPIENTS.keys())
def test_the_window_shows_the_address_and_nothing_else_but_the_return_line(
    preset: str, recipient: tuple[str, ...]
) -> None:
    layout = LetterLayout.model_validate({"preset": preset})

    page = Reading(made(preset, recipient=recipient))

    inside = [box for box in page.boxes() if box.bottom > window(layout).top and box.top < window(layout).bottom]
    shown = [box for box in inside if box.right > window(layout).left and box.left < window(layout).right]
    assert all(window(layout).holds(box) for box in shown)
    expected = "".join((a_letterhead().sender_line(), *recipient)).replace(" ", "")
    assert len(shown) == len(expected)
    assert "".join(recipient).replace(" ", "") in "".join(page.text.split())


@pytest.mark.parametrize("preset", PRESETS)
def test_the_return_line_stands_above_the_address(preset: str) -> None:
    page = Reading(made(preset))

    sender, recipient = page.box("Larkfield Print · Unit 4"), page.box("Ada Byron")

    assert 0 < recipient.top - sender.bottom < 3
    assert sender.left == pytest.approx(recipient.left, abs=0.5)
    assert recipient.bottom - recipient.top > sender.bottom - sender.top


@pytest.mark.parametrize(
    ("preset", "left", "top"), [("din_5008_b", 25, 62.7), ("din_5008_a", 25, 44.7), ("swiss_right", 118, 52)]
)
def test_an_address_begins_where_the_standard_says(preset: str, left: float, top: float) -> None:
    address = Reading(made(preset)).box("Ada Byron")

    assert address.left == pytest.approx(left, abs=0.5)
    assert address.top == pytest.approx(top, abs=0.8)


@pytest.mark.parametrize(("preset", "left", "bottom"), [("uk", 25, 80), ("us", 25.4, 77.3)])
def test_an_address_ends_at_the_bottom_of_a_window_that_the_sheet_can_slip_in(
    preset: str, left: float, bottom: float
) -> None:
    address = Reading(made(preset)).box("Engineville")

    assert address.left == pytest.approx(left, abs=0.5)
    assert address.bottom == pytest.approx(bottom, abs=0.8)


def test_a_window_can_be_moved() -> None:
    layout = LetterLayout(window_left=30, window_top=50)

    page = Reading(letter_pdf(a_letter(), a_letterhead(), layout))

    assert window(layout).holds(page.box("Ada Byron"))
    assert page.box("Ada Byron").left == pytest.approx(35, abs=0.5)


@pytest.mark.parametrize("preset", PRESETS)
def test_head_and_facts_keep_clear_of_the_window(preset: str) -> None:
    layout = LetterLayout.model_validate({"preset": preset})
    letterhead = a_letterhead(logo=LOGO, lines=("One", "Two", "Three", "Four"), email="a@b.example", url="b.example")

    page = Reading(made(preset, letterhead, place="Leeds"))

    assert page.box("Four").bottom < layout.window_top
    date = page.box("November 9, 2026")
    assert date.left > window(layout).right or date.right < window(layout).left
    assert page.box("About your order").top > window(layout).bottom


def test_a_line_that_no_print_is_small_enough_for_is_named_and_not_quoted() -> None:
    with pytest.raises(
        LetterImpossible, match="recipient line 2 has a word that is too long for the address window"
    ) as caught:
        made(recipient=("Ada Byron", "Nonstop" * 20, "Engineville"))

    assert "Nonstop" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_too_much_address_is_impossible() -> None:
    with pytest.raises(LetterImpossible, match="fewer or shorter"):
        made("us", recipient=("many words in one line of an address " * 5,) * 6)


def test_a_return_line_that_does_not_fit_is_impossible() -> None:
    with pytest.raises(LetterImpossible, match="return line"):
        made(letterhead=a_letterhead(return_line="Unbreakable" * 15))


def test_a_return_line_of_its_own_is_used() -> None:
    page = Reading(made(letterhead=a_letterhead(return_line="Larkfield, PO Box 7, Leeds")))

    assert page.box("Larkfield, PO Box 7, Leeds").bottom < page.box("Ada Byron").top
