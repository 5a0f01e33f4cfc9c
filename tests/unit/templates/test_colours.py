"""Text in a storefront's colours can be read."""

import pytest

from printhub.core.render.budget import NotOffered
from printhub.core.templates.colours import legible


def luminance(colour: str) -> float:
    values = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("ground", ["#ffffff", "#1c232b", "#ffd400", "#808080", "#000000"])
@pytest.mark.parametrize("colour", ["#1f5fa8", "#ffd400", "#101010", "#ffffff", "#7f7f7f"])
def test_every_colour_becomes_legible_on_every_ground(colour: str, ground: str) -> None:
    darker, lighter = sorted((luminance(legible(colour, ground)), luminance(ground)))

    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_a_colour_that_is_legible_stays_as_it_is() -> None:
    assert legible("#1f5fa8", "#ffffff") == "#1f5fa8"


def test_a_contrast_that_no_colour_has_gives_black_or_white() -> None:
    assert legible("#336699", "#777777", 20) in ("#ffffff", "#000000")


def test_what_is_no_colour_is_refused() -> None:
    with pytest.raises(NotOffered, match="#1f5fa8"):
        legible("red; background: url(x)", "#ffffff")
