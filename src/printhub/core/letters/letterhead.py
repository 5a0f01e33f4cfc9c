"""Who a letter is from."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from printhub.core.letters.printable import printable_line
from printhub.core.model.record import Record

LONGEST_LINE = 200
"""Characters."""
Line = Annotated[str, StringConstraints(max_length=LONGEST_LINE), AfterValidator(printable_line)]

_MOST_LOGO_BYTES = 2 * 1024 * 1024


def logo_kind(logo: bytes) -> str | None:
    """`png`, `jpg` or `svg` by how the bytes begin; None for anything else."""
    if logo.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if logo.startswith(b"\xff\xd8\xff"):
        return "jpg"
    return "svg" if b"<svg" in logo[:2048] else None


def is_logo(logo: bytes) -> bool:
    """Whether a letter can show it."""
    return len(logo) <= _MOST_LOGO_BYTES and logo_kind(logo) is not None


class Letterhead(Record):
    """The sender, as every letter of a storefront shows it. Not personal data: a business shows it to everyone."""

    name: Annotated[Line, Field(min_length=1)]
    lines: Annotated[tuple[Line, ...], Field(max_length=4)] = ()
    """The postal address, a line each."""
    phone: Line = ""
    email: Line = ""
    url: Line = ""
    logo: bytes | None = Field(default=None, repr=False)
    """An SVG, PNG or JPEG of at most 2 MB; it is shown up to 60 mm wide and as high as the head has room."""
    colour: Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$")] = "#1f3a5f"
    """Of the name, the rules and the labels."""
    return_line: Line = ""
    """The small line above the address, for mail that comes back; made of name and address if empty."""
    legal: Annotated[tuple[Line, ...], Field(max_length=6)] = ()
    """What the law wants on business letters, such as register and tax numbers; at the foot of the first page."""

    @model_validator(mode="after")
    def _has_a_usable_logo(self) -> Self:
        if self.logo is not None and not is_logo(self.logo):
            raise ValueError("the logo is to be an SVG, PNG or JPEG of at most 2 MB")
        return self

    def sender_line(self) -> str:
        """The return line, derived where none is given."""
        return self.return_line or " · ".join((self.name, *filter(None, self.lines)))
