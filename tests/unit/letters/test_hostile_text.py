"""Text is data: nothing in it is markup, reaches for files, or is lost in silence."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from printhub.core.letters.blocks import blocks
from printhub.core.letters.glyphs import SUBSTITUTE, missing_characters
from printhub.core.model.errors import LetterImpossible
from tests.unit.letters.samples import Reading, a_letter, a_letterhead, made


@pytest.mark.parametrize(
    "hostile",
    [
        '#import "@preview/tiger:0.1.0": *',
        '#read("/etc/passwd") #panic("letter: recipient 1")',
        "$ x^2 $ *bold* _it_ `raw` = heading <label> @ref",
        r"\u{41} \n \\ \" {page} {pages}",
        '"), panic("letter: legal',
        "/* comment */ // comment",
        "</script> & < > ' ;",
    ],
)
def test_markup_is_printed_as_it_was_written(hostile: str) -> None:
    page = Reading(
        made(
            text=f"[{hostile}]",
            subject=f"S{hostile}",
            reference=f"R{hostile}",
            closing=(f"C{hostile}",),
            letterhead=a_letterhead(legal=(f"L{hostile}",)),
        )
    )

    squeezed = "".join(page.text.split())
    for start in ("[", "S", "R", "C", "L"):
        assert start + "".join(hostile.split()) in squeezed.replace("\u200b", "")


def test_markup_in_an_address_is_printed_as_it_was_written() -> None:
    assert '#panic("x") $a$' in Reading(made(recipient=("Ada", '#panic("x") $a$'))).text


def test_what_has_no_printed_form_is_left_out() -> None:
    page = Reading(made(text="a\x00b\x07c\u202ed\u2066e\ufefff\x9bg"))

    assert "abcdefg" in page.text


def test_line_breaks_of_any_system_are_line_breaks() -> None:
    assert a_letter(text="a\r\nb\rc\u2028d\x0be").text == "a\nb\nc\nd\ne"


def test_a_break_cannot_bring_a_further_line_into_the_address() -> None:
    assert a_letter(recipient=("Ada\nByron", "Row 12")).recipient == ("Ada Byron", "Row 12")


@pytest.mark.parametrize(
    "text", ["Zażółć gęślą jaźń", "Ελλάδα, ἀρχή", "Съешь ещё этих булок", "Việt Nam ế", "12,50 € – ½ ™", "Öl ﬁ Ærø ß ẞ"]
)
def test_european_writing_comes_out(text: str) -> None:
    letter = a_letter(text=text, subject=text)

    assert missing_characters(letter) == ""
    assert Reading(made(text=text, subject=text)).text.count(text.replace("ﬁ", "fi")) >= (1 if "ﬁ" in text else 2)


def test_characters_that_no_font_has_are_told_and_stand_as_squares() -> None:
    letter = a_letter(recipient=("山田太郎", "1-2-3 Street"), text="Hello 👩‍💻, 山!")

    assert missing_characters(letter) == "太山田郎👩💻"
    text = Reading(made(recipient=letter.recipient, text=letter.text)).text
    assert SUBSTITUTE * 4 in text
    assert f"Hello {SUBSTITUTE}{SUBSTITUTE}, {SUBSTITUTE}!" in text


def test_a_mark_that_its_letters_font_lacks_does_not_stop_the_letter() -> None:
    assert f"q{SUBSTITUTE}" in Reading(made(text="q\N{DEVANAGARI VOWEL SIGN AA}")).text


@pytest.mark.parametrize("folder", ["", "file://{here}/", "{here}/"])
def test_a_logo_cannot_bring_in_a_file(folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (9, 9)).save(tmp_path / "secret.png")
    link = f'<image width="9" height="9" href="{folder.format(here=tmp_path)}secret.png"/>'
    logo = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{link}</svg>'

    with pytest.raises(LetterImpossible, match="the logo cannot be used"):
        made(letterhead=a_letterhead(logo=logo.encode()))


@pytest.mark.parametrize("logo", [b"<svg broken", b"\x89PNG\r\n\x1a\n12345", b"\xff\xd8\xff123"])
def test_a_broken_logo_is_named(logo: bytes) -> None:
    with pytest.raises(LetterImpossible, match="the logo cannot be used"):
        made(letterhead=a_letterhead(logo=logo))


@pytest.mark.timeout(20)
@pytest.mark.parametrize(("piece", "shown"), [("w", "w"), ("a/b?c=", "?"), ("\u4e00", SUBSTITUTE)])
def test_a_word_as_long_as_pages_is_printed_whole_and_in_time(piece: str, shown: str) -> None:
    times = 49_000 // len(piece)

    assert Reading(made(text="https://" + piece * times)).text.count(shown) >= times


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=80), st.text(min_size=1, max_size=30))
def test_any_text_makes_a_letter_or_is_refused(text: str, line: str) -> None:
    try:
        pdf = made(text=text, recipient=("Ada", line))
    except LetterImpossible as error:
        assert "address window" in str(error)  # noqa: PT017 - hypothesis finds texts that fit and texts that do not
    else:
        assert pdf.startswith(b"%PDF-")


@given(st.text(alphabet="ab -\n", max_size=60))
def test_taking_text_apart_loses_no_letter(text: str) -> None:
    kept = "".join(line for block in blocks(text) for item in block["items"] for line in item)

    assert [character for character in kept if character in "ab"] == [c for c in text if c in "ab"]
