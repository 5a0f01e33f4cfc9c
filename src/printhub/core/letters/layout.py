"""Where things stand on the page: paper, address window, margins and marks."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from printhub.core.model.record import Record

Paper = Literal["a4", "letter"]
Preset = Literal["din_5008_b", "din_5008_a", "uk", "us", "swiss_right"]

PAPERS: Mapping[Paper, tuple[float, float]] = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
"""Width and height in millimetres: ISO 216, ANSI/ASME Y14.1."""

_LEAST_TEXT = 90.0
"""Millimetres of line that a letter needs to read as one."""
_LEAST_FACTS = 45.0
"""Millimetres that reference, date and the like need beside the window."""

_PRESETS: Mapping[Preset, Mapping[str, Any]] = {
    # DIN 5008: address field 85 × 45 mm, of which the upper 17.7 mm are for notes and the return address.
    "din_5008_b": {},
    "din_5008_a": {"window_top": 27.0, "fold_marks": (87.0, 192.0)},
    # Window 90 × 35 mm, 20 mm from the left and 18 mm from the bottom of a DL envelope (110 × 220 mm). The sheet,
    # folded to 99 mm, can slip 11 mm up and 10 mm to the right: the address stands where it shows all the same.
    "uk": {
        "window_top": 46.0,
        "window_width": 80.0,
        "window_height": 35.0,
        "address_top": 0,
        "fold_marks": (99.0, 198.0),
        "hole_mark": 0,
    },
    # Window 4 1/2 × 1 1/8 in, 7/8 in from the left and 1/2 in from the bottom of a #10 envelope (9 1/2 × 4 1/8 in).
    # The sheet can slip 0.46 in up and 1 in to the right; USPS DMM 601 wants 1/8 in clear between address and edge.
    "us": {
        "paper": "letter",
        "window_left": 22.2,
        "window_top": 51.9,
        "window_width": 88.9,
        "window_height": 26.4,
        "window_inset": 3.2,
        "address_top": 0,
        "margin_left": 25.4,
        "margin_right": 25.4,
        "fold_marks": (93.1, 186.2),
        "hole_mark": 0,
    },
    # SN 010130, addressed right: window 100 × 45 mm, 12 mm from the right of a C5/6 or C5 envelope (229 mm wide). The
    # sheet can slip 19 mm sideways, and what shows in any place is 117 to 198 mm from its left edge.
    "swiss_right": {
        "window_left": 116.0,
        "window_top": 42.0,
        "window_width": 82.0,
        "window_height": 40.0,
        "window_inset": 2.0,
        "address_top": 10.0,
    },
}

_LEAST_RETURN_LINE = 5.0
"""Millimetres above the address."""
Length = Annotated[float, Field(ge=0, le=300)]


class LetterLayout(Record):
    """The measures of a letter, in millimetres from the top left corner of the page; what is not given is the preset's.

    The window is the part of the page that shows through the envelope wherever the sheet slips in it. Envelopes differ
    between makers: lay a printed letter into yours before the first real one goes.
    """

    preset: Preset = "din_5008_b"
    """Which standard the measures come from that are not given."""
    paper: Paper = "a4"
    """The sheet."""
    window_left: Length = 20.0
    """From the sheet's left edge to the window."""
    window_top: Annotated[float, Field(ge=20, le=120)] = 45.0
    """From its upper edge to the window."""
    window_width: Annotated[float, Field(ge=50, le=120)] = 85.0
    """Of the window."""
    window_height: Annotated[float, Field(ge=20, le=60)] = 45.0
    """Of the window."""
    window_inset: Annotated[float, Field(ge=1, le=10)] = 5.0
    """What stays free to the left and right of the address inside the window; above and below it is 1 mm."""
    address_top: Annotated[float, Field(ge=0, le=40)] = 17.7
    """From the window's top to the address, the return line standing above; 0 sets both to the window's bottom."""
    margin_left: Annotated[float, Field(ge=15, le=50)] = 25.0
    """Left of the text."""
    margin_right: Annotated[float, Field(ge=15, le=50)] = 20.0
    """Right of the text."""
    margin_top: Annotated[float, Field(ge=20, le=60)] = 30.0
    """Of the pages after the first, whose text begins below the window."""
    margin_bottom: Annotated[float, Field(ge=20, le=60)] = 28.0
    """Holds the page number and the legal lines."""
    fold_marks: Annotated[tuple[Length, ...], Field(max_length=3)] = (105.0, 210.0)
    """From the top; empty for none."""
    hole_mark: Length = 148.5
    """From the top; 0 for no mark."""
    font_size: Annotated[float, Field(ge=9, le=14)] = 11.5
    """Of the text, in points; address and small print follow rules of their own."""

    @model_validator(mode="before")
    @classmethod
    def _with_preset(cls, given: Any) -> Any:  # noqa: ANN401 - whatever the operator wrote
        if not isinstance(given, Mapping):
            return given
        measures = [of for name, of in _PRESETS.items() if name == given.get("preset")]
        return {**(measures[0] if measures else {}), **given}

    @model_validator(mode="after")
    def _fits_the_page(self) -> Self:
        width, height = PAPERS[self.paper]
        if self.window_left + self.window_width > width - 5:
            raise ValueError(f"the window leaves the page: left and width are to come to {width - 5:g} mm at the most")
        if width - self.margin_left - self.margin_right < _LEAST_TEXT:
            raise ValueError(f"the margins leave no room: lines are to be {_LEAST_TEXT:g} mm long at the least")
        left, right = self.facts_span()
        if right - left < _LEAST_FACTS:
            raise ValueError(f"the window leaves less than {_LEAST_FACTS:g} mm to its side for reference and date")
        if self.address_top > self.window_height - 10:
            raise ValueError("address_top leaves less than 10 mm of the window to the address")
        if 0 < self.address_top < _LEAST_RETURN_LINE:
            raise ValueError(f"address_top leaves no room for the return line: 0, or {_LEAST_RETURN_LINE:g} mm or more")
        if any(mark >= height for mark in (*self.fold_marks, self.hole_mark)):
            raise ValueError(f"a mark lies off the page, which is {height:g} mm high")
        return self

    def size(self) -> tuple[float, float]:
        """Width and height of the page."""
        return PAPERS[self.paper]

    def facts_span(self) -> tuple[float, float]:
        """From where to where reference, date and the like reach, on that side of the window which has more room.

        To its right they begin at 125 mm, where DIN 5008 has them, or 8 mm from it.
        """
        to_the_left = (self.margin_left, self.window_left - 8)
        to_the_right = (max(self.window_left + self.window_width + 8, 125.0), self.size()[0] - self.margin_right)
        return max(to_the_left, to_the_right, key=lambda span: span[1] - span[0])
