"""Letters to try things on, and a reader that tells where on the page their text stands."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pypdfium2  # type: ignore[import-untyped]  # it ships neither annotations nor stubs

from printhub.core.letters.layout import LetterLayout
from printhub.core.letters.letter import Letter
from printhub.core.letters.letterhead import Letterhead
from printhub.core.letters.pdf import letter_pdf

PRESETS = ("din_5008_b", "din_5008_a", "uk", "us", "swiss_right")

LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" width="30" height="10"><path d="M0 0h30v10H0z" fill="teal"/></svg>'

_MM = 72 / 25.4


def a_letter(**changes: Any) -> Letter:
    return Letter.model_validate(
        {
            "recipient": ("Ada Byron", "12 Analytical Row", "Engineville"),
            "date": date(2026, 11, 9),
            "subject": "About your order A-17",
            "text": "Dear Ada,\n\nyour posters wait for you.",
            "reference": "A-17",
        }
        | changes
    )


def a_letterhead(**changes: Any) -> Letterhead:
    return Letterhead.model_validate(
        {
            "name": "Larkfield Print",
            "lines": ("Unit 4, Canal Yard", "Leeds LS1 0AA"),
            "phone": "0113 496 0140",
            "legal": ("Larkfield Print Ltd, no. 00000000",),
        }
        | changes
    )


def made(preset: str = "din_5008_b", letterhead: Letterhead | None = None, **changes: Any) -> bytes:
    return letter_pdf(
        a_letter(**changes), letterhead or a_letterhead(), LetterLayout.model_validate({"preset": preset})
    )


@dataclass(frozen=True)
class Box:
    """Millimetres from the page's top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, inner: "Box") -> bool:
        return (
            self.left <= inner.left
            and self.top <= inner.top
            and inner.right <= self.right
            and inner.bottom <= self.bottom
        )


def window(layout: LetterLayout) -> Box:
    right, bottom = layout.window_left + layout.window_width, layout.window_top + layout.window_height
    return Box(layout.window_left, layout.window_top, right, bottom)


class Reading:
    """What a PDF reader (PDFium) finds on the pages."""

    def __init__(self, pdf: bytes) -> None:
        self.sizes: list[tuple[float, float]] = []
        self.texts: list[str] = []
        self._characters: list[list[Box]] = []
        with pypdfium2.PdfDocument(pdf) as document:
            for page in document:
                width, height = page.get_size()
                text = page.get_textpage()
                self.sizes.append((round(width / _MM, 1), round(height / _MM, 1)))
                self.texts.append(text.get_text_range())
                boxes = [text.get_charbox(at, loose=True) for at in range(text.count_chars())]
                self._characters.append(
                    [Box(x0 / _MM, (height - y1) / _MM, x1 / _MM, (height - y0) / _MM) for x0, y0, x1, y1 in boxes]
                )

    @staticmethod
    def colour(pdf: bytes, x: float, y: float) -> tuple[int, int, int]:
        """Red, green and blue of the point at `x`, `y` millimetres on the first page."""
        with pypdfium2.PdfDocument(pdf) as document:
            image = document[0].render(scale=1).to_pil().convert("RGB")
            red, green, blue = image.getpixel((int(x * _MM), int(y * _MM)))
        return red, green, blue

    @property
    def text(self) -> str:
        """All text, lines and pages joined by blanks."""
        return " ".join(" ".join(self.texts).split())

    def boxes(self, page: int = 0) -> list[Box]:
        """Where the characters of a page stand, which are not blank."""
        return [
            box for box, character in zip(self._characters[page], self.texts[page], strict=True) if character.strip()
        ]

    def box(self, text: str, page: int = 0) -> Box:
        """Where `text`, found once or first on the page, stands."""
        start = self.texts[page].index(text)
        boxes = [
            box
            for box, character in zip(self._characters[page][start : start + len(text)], text, strict=True)
            if character.strip()
        ]
        return Box(
            min(box.left for box in boxes),
            min(box.top for box in boxes),
            max(box.right for box in boxes),
            max(box.bottom for box in boxes),
        )
