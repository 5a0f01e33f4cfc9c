"""A page to draw on, in millimetres and CMYK, with trim and bleed as a printer wants them (ISO 32000-1, 14.11.2)."""

from collections.abc import Sequence
from itertools import pairwise
from math import cos, radians, sin

POINTS = 72 / 25.4  # a millimetre
BLEED = 3.0  # mm around the trimmed page
FONTS = {"sans": "Helvetica", "bold": "Helvetica-Bold", "serif": "Times-Roman", "italic": "Times-Italic"}

Ink = tuple[float, float, float, float]
"""Cyan, magenta, yellow, black, each from 0 to 1."""
Point = tuple[float, float]

_ROUND = 0.5523  # how far the handles of four Bézier curves reach to make a circle


class Sheet:
    """One page; the origin is the lower left corner of the trimmed page."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._drawn: list[str] = []

    def fill(self, ink: Ink) -> "Sheet":
        """Whatever follows is drawn in this ink."""
        self._add(*ink, "k")
        return self._add(*ink, "K")

    def background(self, ink: Ink) -> "Sheet":
        """All of the page, into the bleed."""
        return self.fill(ink).rectangle(-BLEED, -BLEED, self.width + 2 * BLEED, self.height + 2 * BLEED)

    def rectangle(self, x: float, y: float, width: float, height: float) -> "Sheet":
        return self._add(x, y, width, height, "re f")

    def frame(self, inset: float, line: float) -> "Sheet":
        """A line around the page, so far inside the trim."""
        self._add(line, "w")
        return self._add(inset, inset, self.width - 2 * inset, self.height - 2 * inset, "re S")

    def polygon(self, *points: Point) -> "Sheet":
        self._add(*points[0], "m")
        for point in points[1:]:
            self._add(*point, "l")
        return self._add("h f")

    def circle(self, x: float, y: float, radius: float) -> "Sheet":
        reach = radius * _ROUND
        self._add(x + radius, y, "m")
        for a, b in (((1, 0), (0, 1)), ((0, 1), (-1, 0)), ((-1, 0), (0, -1)), ((0, -1), (1, 0))):
            start, end = (x + radius * a[0], y + radius * a[1]), (x + radius * b[0], y + radius * b[1])
            self._add(start[0] + reach * b[0], start[1] + reach * b[1])
            self._add(end[0] + reach * a[0], end[1] + reach * a[1], *end, "c")
        return self._add("h f")

    def leaf(self, x: float, y: float, length: float, angle: float, *, plump: float = 0.35) -> "Sheet":
        """A pointed leaf that grows from (x, y)."""

        def at(along: float, aside: float) -> Point:
            c, s = cos(radians(angle)), sin(radians(angle))
            return x + along * c - aside * s, y + along * s + aside * c

        side = length * plump
        self._add(x, y, "m")
        for sign in (1, -1):
            near, far = at(length * 0.25, side * sign), at(length * 0.7, side * sign)
            first, second, end = (near, far, at(length, 0)) if sign == 1 else (far, near, (x, y))
            self._add(*first, *second, *end, "c")
        return self._add("h f")

    def hill(self, *heights: float) -> "Sheet":
        """A rolling outline over the whole width, filled down into the bleed."""
        left, right = -BLEED, self.width + BLEED
        step = (right - left) / (len(heights) - 1)
        self._add(left, -BLEED, "m")
        self._add(left, heights[0], "l")
        for number, (low, high) in enumerate(pairwise(heights)):
            x = left + number * step
            self._add(x + step / 2, low, x + step / 2, high, x + step, high, "c")
        return self._add(right, -BLEED, "l h f")

    def overprint(self) -> "Sheet":
        """From here on inks lie over each other as on paper."""
        return self._add("/Over gs")

    def text(self, x: float, y: float, size: float, words: str, font: str = "sans", spacing: float = 0) -> "Sheet":
        """One line of text; `size` in points, `spacing` in points between letters."""
        shown = words.encode("cp1252").decode("latin-1").replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        return self._add(
            f"BT /{font} {size / POINTS:.4g} Tf {spacing / POINTS:.4g} Tc {x:.4g} {y:.4g} Td ({shown}) Tj ET"
        )

    def lines(self, x: float, y: float, size: float, words: Sequence[str], font: str = "sans") -> "Sheet":
        """Lines under each other."""
        for number, line in enumerate(words):
            self.text(x, y - number * size / POINTS * 1.4, size, line, font)
        return self

    @property
    def content(self) -> bytes:
        """The page's content stream."""
        scaled = f"{POINTS:.6f} 0 0 {POINTS:.6f} {BLEED * POINTS:.4f} {BLEED * POINTS:.4f} cm\n"
        return (scaled + "\n".join(self._drawn)).encode("latin-1")

    def _add(self, *parts: float | str) -> "Sheet":
        self._drawn.append(" ".join(part if isinstance(part, str) else f"{part:.4g}" for part in parts))
        return self


def document(title: str, sheets: Sequence[Sheet]) -> bytes:
    """A PDF 1.4 of these pages."""
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(sheets)))
    fonts = " ".join(
        f"/{name} << /Type /Font /Subtype /Type1 /BaseFont /{font} /Encoding /WinAnsiEncoding >>"
        for name, font in FONTS.items()
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(sheets)} >>".encode(),
        f"<< /Font << {fonts} >> /ExtGState << /Over << /Type /ExtGState /BM /Multiply >> >> >>".encode(),
        f"<< /Title ({title}) /Producer (The drawings of the PrintHub demo) >>".encode(),
    ]
    for number, sheet in enumerate(sheets):
        outer = f"0 0 {(sheet.width + 2 * BLEED) * POINTS:.2f} {(sheet.height + 2 * BLEED) * POINTS:.2f}"
        low = BLEED * POINTS
        trim = f"{low:.2f} {low:.2f} {low + sheet.width * POINTS:.2f} {low + sheet.height * POINTS:.2f}"
        boxes = f"/MediaBox [{outer}] /BleedBox [{outer}] /TrimBox [{trim}]"
        page = f"<< /Type /Page /Parent 2 0 R {boxes} /Resources 3 0 R /Contents {6 + 2 * number} 0 R >>"
        objects += [page.encode(), b"<< /Length %d >>\nstream\n" % len(sheet.content) + sheet.content + b"\nendstream"]
    return _assembled(objects)


def _assembled(objects: Sequence[bytes]) -> bytes:
    made = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(made))
        made += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        len(made),
    )
    return made + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + trailer
