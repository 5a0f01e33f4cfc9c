"""The drawings: what eight customers of a print shop might have printed."""

from tests.demo_artwork.pdf import Ink, Sheet

PAPER: Ink = (0.02, 0.03, 0.10, 0)
WHITE: Ink = (0, 0, 0, 0)
BLACK: Ink = (0, 0, 0, 1)
GREY: Ink = (0, 0, 0, 0.55)
NIGHT: Ink = (0.90, 0.62, 0.40, 0.45)
FOREST: Ink = (0.80, 0.35, 0.80, 0.30)
MOSS: Ink = (0.55, 0.15, 0.75, 0.10)
SPRING: Ink = (0.30, 0.02, 0.60, 0)
SUN: Ink = (0, 0.22, 0.85, 0)
CLAY: Ink = (0.05, 0.62, 0.75, 0.05)
GOLD: Ink = (0.10, 0.28, 0.75, 0.15)
PLUM: Ink = (0.55, 0.85, 0.35, 0.35)


def guide_cover() -> list[Sheet]:
    front = Sheet(210, 210).background(PAPER)
    front.fill(SUN).circle(154, 108, 34)
    front.fill(SPRING).hill(70, 92, 66, 84, 58)
    front.fill(MOSS).hill(48, 62, 74, 46, 64)
    front.fill(FOREST).hill(40, 30, 46, 52, 28)
    for x, height, angle in ((28, 34, 82), (34, 30, 58), (24, 28, 118), (176, 30, 96), (182, 28, 68), (170, 24, 124)):
        front.fill(NIGHT).leaf(x, 14, height, angle, plump=0.22)
    front.fill(NIGHT).text(18, 178, 46, "The Larkspur", "serif").text(18, 160, 46, "garden guide", "italic")
    front.fill(FOREST).text(18, 148, 11, "SPRING TO FROST  ·  48 PLANTS FOR SMALL PLOTS", "bold", spacing=1.2)
    back = Sheet(210, 210).background(FOREST)
    for number in range(9):
        back.fill(MOSS).leaf(105, 96, 44, number * 40, plump=0.30)
        back.fill(SPRING).leaf(105, 96, 28, number * 40 + 20, plump=0.28)
    back.fill(SUN).circle(105, 96, 9)
    back.fill(PAPER).text(18, 24, 12, "Larkspur Nursery", "bold").text(18, 17, 10, "Lane End, Upper Wick", "sans")
    return [front, back]


_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_PLANTS = (
    ("Broad beans", 2, 3), ("Sweet peas", 2, 4), ("Lettuce", 3, 8), ("Beetroot", 4, 7), ("Runner beans", 5, 6),
    ("Courgettes", 5, 6), ("Kale", 4, 6), ("Winter salad", 8, 9), ("Garlic", 10, 11), ("Tulips", 10, 11),
)  # fmt: skip # one line a plant would say no more


def guide_inside() -> list[Sheet]:
    left = Sheet(210, 210).background(PAPER)
    left.fill(FOREST).text(18, 182, 30, "What to sow, and when", "serif")
    for column, month in enumerate(_MONTHS):
        left.fill(GREY).text(60 + column * 11.4, 168, 9, month)
    for row, (plant, first, last) in enumerate(_PLANTS):
        y = 156 - row * 13.5
        left.fill(NIGHT).text(18, y, 12, plant)
        left.fill(SPRING).rectangle(59, y - 2.6, 136, 8)
        left.fill(MOSS if row % 2 else CLAY).rectangle(59 + (first - 1) * 11.4, y - 2.6, (last - first + 1) * 11.4, 8)
    right = Sheet(210, 210).background(PAPER)
    right.fill(SPRING).rectangle(-3, 120, 216, 93)
    for number in range(7):
        right.fill(FOREST).rectangle(24 + number * 27, 120, 1.4, 40 + 9 * (number % 3))
        for pair in range(4):
            y = 128 + pair * 11 + 3 * (number % 2)
            right.fill(MOSS).leaf(24.7 + number * 27, y, 13, 38, plump=0.3).leaf(
                24.7 + number * 27, y, 13, 142, plump=0.3
            )
        right.fill((CLAY, SUN, PLUM)[number % 3]).circle(24.7 + number * 27, 162 + 9 * (number % 3), 6)
    right.fill(FOREST).text(18, 104, 24, "A bed for the lazy", "serif")
    words = (
        "Plant in drifts of five or seven, never in rows. Tall ones stand",
        "to the north, so that nobody stands in anybody's light.",
        "",
        "Water deeply once a week instead of a little every day: roots go",
        "where the water goes. Mulch when the soil is warm and wet.",
        "",
        "Leave the seed heads standing until March. The goldfinches",
        "will thank you, and frost makes flowers of them again.",
    )
    right.fill(NIGHT).lines(18, 90, 13, words, "serif")
    return [left, right]


def poster() -> list[Sheet]:
    sheet = Sheet(297, 420).background(SUN)
    sheet.fill(BLACK)
    for edge in (-3, 387):
        for number in range(-2, 12):
            x = number * 30
            sheet.polygon((x, edge), (x + 15, edge), (x + 51, edge + 36), (x + 36, edge + 36))
    sheet.polygon((148.5, 352), (58, 196), (239, 196))
    sheet.fill(SUN).polygon((148.5, 330), (76, 205.5), (221, 205.5))
    sheet.fill(BLACK).polygon((140, 290), (157, 290), (153, 244), (144, 244)).circle(148.5, 229, 8)
    sheet.text(42, 138, 120, "Mind the", "bold").text(42, 96, 120, "press.", "bold")
    sheet.text(42, 66, 26, "Sleeves up, hair tied, guards down.").text(42, 53, 26, "Red button first, questions later.")
    return [sheet]


def cards() -> list[Sheet]:
    front = Sheet(85, 55).background(NIGHT)
    for number in range(6):
        front.fill(SPRING if number % 2 else MOSS).leaf(65, 27.5, 15, number * 60, plump=0.3)
    front.fill(SUN).circle(65, 27.5, 2.8)
    front.fill(WHITE).text(8, 27, 17, "Ada Okafor", "serif").text(
        8, 21, 6.5, "BOTANICAL ILLUSTRATOR", "bold", spacing=0.4
    )
    back = Sheet(85, 55).background(PAPER)
    back.fill(NIGHT).lines(8, 32, 9, ("Studio 4, The Old Tannery", "Mill Street, Upper Wick", "+44 1632 960 118"))
    back.fill(MOSS).rectangle(8, 40, 14, 1)
    return [front, back]


def flyer() -> list[Sheet]:
    sheet = Sheet(148, 210).background(WHITE).overprint()
    for x, y, radius, ink in (
        (52, 142, 44, (1.0, 0.0, 0.0, 0.0)),
        (96, 142, 44, (0.0, 1.0, 0.0, 0.0)),
        (74, 106, 44, (0.0, 0.0, 1.0, 0.0)),
    ):
        sheet.fill(ink).circle(x, y, radius)
    sheet.fill(BLACK).text(12, 42, 40, "Open studio", "bold").text(
        12, 30, 16, "Print something of your own. 6 June, 10 to 6."
    )
    sheet.text(12, 18, 10, "The Old Tannery, Mill Street. Ink, aprons and cake are there.")
    return [sheet]


_DISHES = (
    ("To begin", ("Pea and mint soup, warm bread", "6.50"), ("Heritage tomatoes, curd, basil", "8.00")),
    ("Mains", ("Charred hispi cabbage, hazelnut", "14.00"), ("Lemon sole, brown butter", "19.50"),
     ("Barley risotto, broad beans", "13.50")),
    ("To end", ("Gooseberry fool, shortbread", "7.00"), ("Elderflower jelly, strawberries", "7.50")),
)  # fmt: skip # one line a dish would say no more


def menu() -> list[Sheet]:
    sheet = Sheet(148, 297).background((0.20, 0.32, 0.48, 0.08))
    sheet.fill(PLUM).frame(7, 0.6).frame(9, 0.2)
    sheet.text(20, 262, 34, "Summer menu", "italic")
    y = 242.0
    for course, *dishes in _DISHES:
        sheet.fill(CLAY).text(20, y, 11, course.upper(), "bold", spacing=1.5)
        for dish, price in dishes:
            y -= 11
            sheet.fill(BLACK).text(20, y, 13, dish, "serif").text(118, y, 13, price, "serif")
        y -= 20
    for number in range(5):
        sheet.fill(FOREST).leaf(30 + number * 20, 34, 22, 90 - (number - 2) * 24, plump=0.24)
    sheet.fill(PLUM).text(20, 18, 9, "The Walled Garden. Ask us about allergens.", "sans")
    return [sheet]


def invitation() -> list[Sheet]:
    sheet = Sheet(210, 148).background(NIGHT)
    sheet.fill(GOLD).frame(8, 0.9).frame(10.5, 0.25)
    for number in range(18):
        sheet.leaf(160, 74, 34 if number % 2 else 24, number * 20, plump=0.10)
    sheet.text(24, 100, 40, "An evening", "italic").text(24, 84, 40, "of foil and ink", "italic")
    sheet.text(24, 66, 12, "THE GUILD OF PRINTERS INVITES YOU", "bold", spacing=1)
    sheet.lines(
        24,
        52,
        13,
        ("Saturday 14 November, seven o'clock", "Guildhall, Upper Wick", "Dress: bring clean hands"),
        "serif",
    )
    return [sheet]


def letterhead() -> list[Sheet]:
    sheet = Sheet(210, 297).background(WHITE)
    sheet.fill(CLAY).rectangle(-3, 283, 216, 17)
    sheet.fill(SUN).polygon((170, 300), (216, 300), (216, 262))
    sheet.fill(PLUM).text(20, 266, 22, "Harbour & Vale", "serif").text(20, 260, 9, "ARCHITECTS", "bold", spacing=2)
    sheet.fill(SPRING).hill(4, 9, 5, 11, 3)
    sheet.fill(GREY).lines(20, 22, 8, ("Harbour & Vale Ltd, 2 Quay Road, Upper Wick", "studio@harbour-vale.example"))
    return [sheet]
