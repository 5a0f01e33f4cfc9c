"""The file: PDF/A marks, embedded fonts, tags, the same bytes for the same letter."""

from io import BytesIO

import pikepdf
import pytest

from tests.unit.letters.samples import LOGO, PRESETS, a_letterhead, made


@pytest.mark.parametrize("preset", PRESETS)
def test_a_letter_calls_itself_pdf_a_3b(preset: str) -> None:
    with pikepdf.open(BytesIO(made(preset, a_letterhead(logo=LOGO)))) as pdf:
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "B")
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == "/GTS_PDFA1"
        assert intent.DestOutputProfile.read_bytes()


def test_all_fonts_are_embedded() -> None:
    with pikepdf.open(BytesIO(made(text="Libertinus, Ελλάδα, and DejaVu for ☐ and ✓"))) as pdf:
        fonts = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"]
        described = [font for font in fonts if "/FontDescriptor" in font]

    assert len(described) >= 2
    assert all(font.Subtype in {"/Type0", "/Type3"} for font in fonts if font not in described)
    assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(font.FontDescriptor.keys()) for font in described)


def test_a_letter_is_tagged_for_screen_readers() -> None:
    with pikepdf.open(BytesIO(made(language="de-CH"))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.Root.Lang) == "de-CH"


def test_the_same_letter_has_the_same_bytes() -> None:
    assert made(letterhead=a_letterhead(logo=LOGO)) == made(letterhead=a_letterhead(logo=LOGO))
    assert made(text="a") != made(text="b")


def test_the_same_letter_with_enclosures_has_the_same_bytes() -> None:
    assert made(enclosures=(made(),)) == made(enclosures=(made(),))


def test_names_and_titles_are_the_letters_own() -> None:
    with pikepdf.open(BytesIO(made(subject="Ihre Bestellung"))) as pdf:
        assert str(pdf.docinfo["/Title"]) == "Ihre Bestellung"
        assert str(pdf.docinfo["/Author"]) == "Larkfield Print"
