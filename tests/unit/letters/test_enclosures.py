"""What follows the letter: pages as they are, and nothing in them that could act."""

from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Encryption, Name, Page, Pdf, String

from printhub.core.letters import enclosures as limits
from printhub.core.model.errors import LetterImpossible
from tests.unit.letters.samples import Reading, made


def a_pdf(pages: int = 1, size: tuple[float, float] = (300, 200), encryption: Encryption | None = None) -> bytes:
    with Pdf.new() as pdf:
        for number in range(1, pages + 1):
            write(pdf, pdf.add_blank_page(page_size=size), f"Proof {number}")
        return saved(pdf, encryption)


def write(pdf: Pdf, page: Page, text: str) -> None:
    page.obj.Resources = Dictionary(
        Font=Dictionary(F1=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    )
    page.obj.Contents = pdf.make_stream(f"BT /F1 20 Tf 20 20 Td ({text}) Tj ET".encode())


def saved(pdf: Pdf, encryption: Encryption | None = None) -> bytes:
    written = BytesIO()
    pdf.save(written, encryption=encryption or False)
    return written.getvalue()


def test_enclosures_follow_the_letter_at_their_own_size() -> None:
    page = Reading(made(enclosures=(a_pdf(2), a_pdf(1, size=(720, 1440)))))

    assert page.sizes == [(210.0, 297.0), (105.8, 70.6), (105.8, 70.6), (254.0, 508.0)]
    assert "Ada Byron" in page.texts[0]
    assert [text.strip() for text in page.texts[1:]] == ["Proof 1", "Proof 2", "Proof 1"]


def test_the_letters_page_numbers_count_the_letter_alone() -> None:
    assert "Page" not in Reading(made(enclosures=(a_pdf(3),))).text


def test_what_pages_inherit_goes_with_them() -> None:
    with Pdf.open(BytesIO(a_pdf())) as pdf:
        page = pdf.pages[0].obj
        pdf.Root.Pages.MediaBox, pdf.Root.Pages.Resources = Array([0, 0, 144, 288]), page.Resources
        del page["/MediaBox"], page["/Resources"]
        enclosure = saved(pdf)

    page_read = Reading(made(enclosures=(enclosure,)))

    assert page_read.sizes[1] == (50.8, 101.6)
    assert "Proof 1" in page_read.texts[1]


def test_a_letter_with_enclosures_does_not_call_itself_pdf_a() -> None:
    with pikepdf.open(BytesIO(made(enclosures=(a_pdf(),)))) as pdf, pdf.open_metadata() as metadata:
        assert "pdfaid:part" not in metadata
        assert "pdfaid:conformance" not in metadata


def test_actions_and_scripts_stay_behind() -> None:
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    with Pdf.open(BytesIO(a_pdf())) as pdf:
        page = pdf.pages[0].obj
        page.AA = Dictionary(O=script)
        launch = Dictionary(S=Name.Launch, F=String("calc.exe"))
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=launch)
        page.Annots = Array([pdf.make_indirect(link)])
        pdf.Root.OpenAction = script
        pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), script])))
        enclosure = saved(pdf)

    with pikepdf.open(BytesIO(made(enclosures=(enclosure,)))) as pdf:
        everything = b"".join(one.unparse() for one in pdf.objects if not isinstance(one, pikepdf.Stream))
        assert not {"/AA", "/Annots"} & set(pdf.pages[1].obj.keys())

    assert b"Launch" not in everything
    assert b"JavaScript" not in everything


def test_what_a_form_shows_becomes_part_of_the_page() -> None:
    with Pdf.open(BytesIO(a_pdf())) as pdf:
        look = pdf.make_stream(b"BT /F1 12 Tf 2 2 Td (Filled in) Tj ET")
        look.stream_dict.update(
            Dictionary(
                Type=Name.XObject,
                Subtype=Name.Form,
                BBox=Array([0, 0, 100, 20]),
                Resources=pdf.pages[0].obj.Resources,
            )
        )
        field = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T=String("f"),
            F=4,
            Rect=Array([100, 100, 200, 120]),
            AP=Dictionary(N=look),
        )
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(field)])
        pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.pages[0].obj.Annots[0]]))
        enclosure = saved(pdf)

    assert "Filled in" in Reading(made(enclosures=(enclosure,))).texts[1]


@pytest.mark.parametrize("user", ["", "secret"])
def test_an_encrypted_enclosure_is_refused(user: str) -> None:
    locked = a_pdf(encryption=Encryption(owner="owner", user=user))

    with pytest.raises(LetterImpossible, match="enclosure 2 is encrypted"):
        made(enclosures=(a_pdf(), locked))


@pytest.mark.parametrize("broken", [b"", b"%PDF-1.7", b"hello", b"PK\x03\x04"])
def test_what_is_no_pdf_is_refused(broken: bytes) -> None:
    with pytest.raises(LetterImpossible, match="enclosure 1 is no PDF, or a broken one"):
        made(enclosures=(broken,))


def test_hidden_layers_are_refused_as_they_would_be_printed() -> None:
    with Pdf.open(BytesIO(a_pdf())) as pdf:
        layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Dieline")))
        pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
        enclosure = saved(pdf)

    with pytest.raises(LetterImpossible, match="enclosure 1 has hidden layers"):
        made(enclosures=(enclosure,))


@pytest.mark.parametrize("nonsense", [Array([1]), Dictionary(D=Array([])), String("x")])
def test_layers_of_the_wrong_kind_do_no_harm(nonsense: pikepdf.Object) -> None:
    with Pdf.open(BytesIO(a_pdf())) as pdf:
        pdf.Root.OCProperties = nonsense
        enclosure = saved(pdf)

    assert "Proof 1" in Reading(made(enclosures=(enclosure,))).texts[1]


def test_too_many_pages_are_refused() -> None:
    half = a_pdf(limits.MOST_PAGES // 2)

    assert len(Reading(made(enclosures=(half, half))).sizes) == limits.MOST_PAGES + 1
    with pytest.raises(LetterImpossible, match="more than 200 pages"):
        made(enclosures=(half, half, a_pdf()))


def test_too_many_bytes_are_refused_unread() -> None:
    with pytest.raises(LetterImpossible, match="larger than 50 MB together"):
        made(enclosures=(bytes(limits.MOST_BYTES), b"x"))
