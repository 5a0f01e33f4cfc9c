"""How the pages look: size, margins, numbers, marks, and the letter's own words in its language."""

from datetime import date
from io import BytesIO
from itertools import pairwise

import pikepdf
import pytest

from printhub.core.letters.layout import LetterLayout
from printhub.core.letters.pdf import letter_pdf
from printhub.core.model.errors import LetterImpossible
from tests.unit.letters.samples import LOGO, PRESETS, Box, Reading, a_letter, a_letterhead, made

LONG = "\n\n".join(f"Paragraph {number}. " + "Posters dry before they travel. " * 9 for number in range(30))


@pytest.mark.parametrize("preset", PRESETS)
def test_pages_have_the_size_of_the_paper(preset: str) -> None:
    sizes = Reading(made(preset, text=LONG)).sizes

    assert len(sizes) > 2
    assert set(sizes) == {(215.9, 279.4) if preset == "us" else (210.0, 297.0)}


@pytest.mark.parametrize("preset", PRESETS)
def test_text_keeps_the_margins_on_all_pages(preset: str) -> None:
    layout = LetterLayout.model_validate({"preset": preset})
    width, height = layout.size()
    area = Box(layout.margin_left - 0.5, 8, width - 12, height - 8)

    page = Reading(made(preset, text=LONG + "\n\n" + "W" * 300 + "\n\nhttps://shop.example/" + "a1" * 300))

    for number in range(len(page.texts)):
        assert all(area.holds(box) for box in page.boxes(number) if box.right - box.left < 20)


def test_every_character_of_a_long_word_is_printed() -> None:
    address = "https://shop.example/orders/A-17?key=" + "0123456789abcdef" * 20

    text = Reading(made(text=f"See {address} please")).text

    assert address in "".join(text.replace("\u200b", "").split())


@pytest.mark.parametrize("path", ["documentation/notifications/organisation", "international/" * 9])
def test_no_hyphen_is_put_into_an_address(path: str) -> None:
    address = f"https://shop.example/{path}"

    text = Reading(made(language="en-GB", text=f"Please look at our page about that, {address} and so on. " * 5)).text

    assert "".join(text.replace("\u200b", "").split()).count(address) == 5


@pytest.mark.parametrize(
    ("language", "numbered"),
    [("en-GB", "Page 2 of 3"), ("de", "Seite 2 von 3"), ("fr-FR", "Page 2 sur 3"), ("fi", "2 / 3")],
)
def test_pages_are_numbered_in_the_letters_language(language: str, numbered: str) -> None:
    page = Reading(made(text=LONG[:9000], language=language))

    assert len(page.texts) == 3
    assert numbered in page.texts[1]
    assert numbered not in page.texts[0]
    assert page.box(numbered, page=1).right == pytest.approx(190, abs=1)


def test_a_single_page_has_no_number() -> None:
    assert "Page" not in Reading(made()).text


def test_following_pages_say_whose_letter_they_belong_to() -> None:
    page = Reading(made(text=LONG))

    assert "A-17 · November 9, 2026" in page.texts[1]
    assert page.box("Larkfield Print", page=1).bottom < 30
    assert "Ada Byron" not in page.texts[1]


@pytest.mark.parametrize(
    ("language", "place", "said"),
    [
        ("en", "", "November 9, 2026"),
        ("en-GB", "Leeds", "Leeds, 9 November 2026"),
        ("de-CH", "Zürich", "Zürich, 9. November 2026"),
        ("fr", "", "9 novembre 2026"),
        ("pl", "", "9 listopada 2026"),
        ("el", "", "9 Νοεμβρίου 2026"),
        ("xx", "", "2026-11-09"),
    ],
)
def test_the_date_is_written_in_the_letters_language(language: str, place: str, said: str) -> None:
    assert said in Reading(made(language=language, place=place)).text


def test_facts_that_are_not_known_take_no_room() -> None:
    page = Reading(made(letterhead=a_letterhead(phone=""), reference=""))

    assert "Reference" not in page.text
    assert "Phone" not in page.text
    assert "Date" in page.text


def test_lines_paragraphs_and_lists_are_kept_apart() -> None:
    page = Reading(made(text="First line\nsecond line\n\nNext paragraph:\n- an item\n- another"))

    lines = [page.box(text) for text in ("First line", "second line", "Next paragraph", "an item", "another")]

    assert all(above.top < below.top for above, below in pairwise(lines))
    assert lines[2].top - lines[1].top > lines[1].top - lines[0].top
    assert lines[3].left > lines[2].left + 3


def test_words_of_the_letters_language_are_divided() -> None:
    word = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen "

    divided = Reading(made(language="de", text=word * 20)).texts[0]
    undivided = Reading(made(language="xx", text=word * 20)).texts[0]

    assert divided.count("Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen") < undivided.count(word.strip())


def test_quotation_marks_stay_as_they_were_written() -> None:
    said = "She said \"no\", 'never', „nie“ – and -- 5 1/2 ... (c)"

    assert said in Reading(made(text=said)).text


def test_regards_and_signature_stay_on_one_page() -> None:
    closing = ("Kind regards", "", "", "Tom Ashdown", "Customer service", "Larkfield Print", "Leeds")

    for lines in range(24, 34):
        page = Reading(made(text="\n".join(["line"] * lines), closing=closing))
        assert ("Kind regards" in page.texts[0]) == ("Customer service" in page.texts[0])


def test_the_legal_lines_stand_at_the_foot_of_the_first_page() -> None:
    page = Reading(made(text=LONG))

    assert page.box("Larkfield Print Ltd, no. 00000000").top > 270
    assert "00000000" not in page.texts[1]


def test_legal_lines_that_fill_the_page_are_impossible() -> None:
    with pytest.raises(LetterImpossible, match="legal lines"):
        made(letterhead=a_letterhead(legal=("Register and tax " * 11,) * 6))


def test_a_head_that_reaches_into_the_window_is_impossible() -> None:
    with pytest.raises(LetterImpossible, match="letterhead"):
        made("din_5008_a", a_letterhead(name="Many words of a long name " * 7))


def test_marks_for_folding_and_punching_are_drawn_where_the_layout_says() -> None:
    assert marks(LetterLayout()) == [105.0, 148.5, 210.0]
    assert marks(LetterLayout(preset="us")) == [93.1, 186.2]
    assert marks(LetterLayout(fold_marks=(), hole_mark=0)) == []


def marks(layout: LetterLayout) -> list[float]:
    """Heights in millimetres of the short lines in the left margin of the first page."""
    found = []
    with pikepdf.open(BytesIO(letter_pdf(a_letter(text=LONG), a_letterhead(), layout))) as pdf:
        height = float(pdf.pages[0].mediabox[3])
        frames = [pikepdf.Matrix()]
        for instruction in pikepdf.parse_content_stream(pdf.pages[0]):
            operands = list(instruction.operands)
            match str(instruction.operator):
                case "q":
                    frames.append(frames[-1])
                case "Q":
                    frames.pop()
                case "cm":
                    a, b, c, d, e, f = map(float, operands)
                    frames[-1] = pikepdf.Matrix(a, b, c, d, e, f) @ frames[-1]
                case "m":
                    x, y = frames[-1].transform((float(operands[0]), float(operands[1])))
                    if x * 25.4 / 72 < 10:
                        found.append(round((height - y) * 25.4 / 72, 1))
                case _:
                    pass
    return sorted(found)


def test_a_logo_is_shown_in_the_head_as_large_as_there_is_room() -> None:
    pdf = made(letterhead=a_letterhead(logo=LOGO))

    assert [Reading.colour(pdf, x, 21) for x in (26, 84)] == [(0, 128, 128)] * 2
    assert Reading.colour(pdf, 88, 21) == (255, 255, 255)


def test_the_day_of_the_letter_is_the_day_of_the_pdf() -> None:
    with pikepdf.open(BytesIO(made(date=date(2025, 1, 2)))) as pdf:
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20250102")
