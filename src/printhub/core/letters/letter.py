"""What a letter says, and to whom."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from printhub.core.letters.letterhead import Line
from printhub.core.letters.printable import printable
from printhub.core.model.record import Day, Record

LONGEST = 50_000
"""Characters of a letter's text."""


def _without_blanks(lines: tuple[str, ...]) -> tuple[str, ...]:
    kept = tuple(filter(None, lines))
    if not kept:
        raise ValueError("a letter needs a recipient: give at least one line that is not blank")
    return kept


class Letter(Record):
    """One letter to one recipient, in plain text; what it holds is personal data and shows up in no repr.

    Control characters and bidirectional overrides have no printed form and are left out.
    """

    recipient: Annotated[tuple[Line, ...], AfterValidator(_without_blanks)] = Field(repr=False, max_length=6)
    """The address as it is to be printed, at most six lines (DIN 5008 has room for no more); blank ones drop out."""
    date: Day
    """Also the date of the PDF, so that the same letter has the same bytes whenever it is made."""
    place: Line = ""
    subject: Annotated[Line, Field(min_length=1)] = Field(repr=False)
    text: Annotated[str, StringConstraints(max_length=LONGEST), AfterValidator(printable)] = Field(repr=False)
    """Paragraphs are parted by blank lines, line breaks are kept, lines that begin with `- ` are a list."""
    closing: Annotated[tuple[Line, ...], Field(max_length=12)] = Field(default=(), repr=False)
    """Regards and signature, a line each, kept together on one page; blank lines leave room."""
    reference: Line = ""
    """What the recipient should name when answering, such as the order's number."""
    language: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$", max_length=35)] = "en"
    """BCP 47 tag; decides how words are hyphenated and how date and labels read."""
    enclosures: tuple[bytes, ...] = Field(default=(), repr=False)
    """PDFs that follow the letter, their pages kept at their size."""
