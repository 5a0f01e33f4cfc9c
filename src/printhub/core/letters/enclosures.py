"""Appends PDFs to a letter, without anything in them that could act."""

from collections.abc import Sequence
from io import BytesIO

from pikepdf import Dictionary, Name, Page, PasswordError, Pdf, PdfError

from printhub.core.model.errors import LetterImpossible

MOST_PAGES = 200
"""Of all enclosures of a letter together."""
MOST_BYTES = 50 * 1024 * 1024
"""Of all enclosures of a letter together."""

# What printing a page needs (ISO 32000-2, table 31); actions, annotations, scripts and links to the rest stay behind.
_KEPT = frozenset(
    "/Type /Parent /Contents /Resources /MediaBox /CropBox /BleedBox /TrimBox /ArtBox /Rotate /Group /UserUnit".split()
)


def with_enclosures(letter: bytes, enclosures: Sequence[bytes]) -> bytes:
    """The PDF `letter` followed by the pages of `enclosures`, which keep their sizes.

    What forms and comments show when printed becomes part of the page, and they go. Raises LetterImpossible naming the
    enclosure that is encrypted, broken or too large, or has hidden layers, which would come out of hiding.
    """
    if not enclosures:
        return letter
    if sum(map(len, enclosures)) > MOST_BYTES:
        raise LetterImpossible(f"the enclosures are larger than {MOST_BYTES // 1024**2} MB together: send less")
    with Pdf.open(BytesIO(letter)) as whole:
        room = MOST_PAGES
        for number, enclosure in enumerate(enclosures, start=1):
            room -= _append(whole, enclosure, f"enclosure {number}", room)
        with whole.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            for mark in [key for key in metadata if "pdfa/ns/id" in key]:
                del metadata[mark]
        written = BytesIO()
        whole.save(written, deterministic_id=True)
        return written.getvalue()


def _append(whole: Pdf, enclosure: bytes, name: str, room: int) -> int:
    try:
        with Pdf.open(BytesIO(enclosure), suppress_warnings=True) as pdf:
            _refuse(pdf, name, room)
            pdf.generate_appearance_streams()
            pdf.flatten_annotations("print")
            for page in pdf.pages:  # what a page inherits, qpdf has written into it by now
                whole.pages.append(_plain(page))
            return len(pdf.pages)
    except PasswordError:
        raise LetterImpossible(f"{name} is encrypted: send it without a password") from None
    except (PdfError, ValueError, TypeError, AttributeError, LookupError, RuntimeError):
        # The last five: pikepdf's word for objects of another kind than the standard says. Texts may quote the file.
        raise LetterImpossible(f"{name} is no PDF, or a broken one: send it anew") from None


def _refuse(pdf: Pdf, name: str, room: int) -> None:
    if pdf.is_encrypted:
        raise LetterImpossible(f"{name} is encrypted: send it without a password")
    if not pdf.pages:
        raise LetterImpossible(f"{name} has no page: send it anew")
    if len(pdf.pages) > room:
        raise LetterImpossible(f"with {name} the enclosures have more than {MOST_PAGES} pages: send less")
    default = pdf.Root.get(Name.OCProperties, Dictionary()).get(Name.D, Dictionary())
    if default.get(Name.OFF) or default.get(Name.BaseState, Name.ON) != Name.ON:
        raise LetterImpossible(f"{name} has hidden layers, and they would be printed: flatten it first")


def _plain(page: Page) -> Page:
    for key in list(page.obj.keys()):
        if key not in _KEPT:
            del page.obj[key]
    return page
