"""Colours that can be read: a storefront chooses its own, and nobody looks at it on every ground."""

import re

from printhub.core.render.budget import NotOffered

ENOUGH = 4.5
"""The least contrast of text with its ground (WCAG 2.2, success criterion 1.4.3)."""
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_STEPS = 20

_Channels = tuple[float, float, float]


def legible(colour: str, ground: str, enough: float = ENOUGH) -> str:
    """The colour, as far towards black or white as text on `ground` needs for a contrast of `enough`.

    Colours are written `#rrggbb`. Where no colour has that contrast, it is black or white.
    """
    from_, on = _channels(colour), _channels(ground)
    light, dark = (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)
    goal = max((light, dark), key=lambda end: contrast(end, on))
    for step in range(_STEPS + 1):
        mixed = tuple(a + (b - a) * step / _STEPS for a, b in zip(from_, goal, strict=True))
        written = "#" + "".join(f"{round(channel * 255):02x}" for channel in mixed)
        if contrast(_channels(written), on) >= enough:
            return written
    return "#ffffff" if goal == light else "#000000"


def contrast(one: _Channels, other: _Channels) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(channels: _Channels) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> _Channels:
    if not _COLOUR.fullmatch(colour):
        raise NotOffered("a colour is written as in #1f5fa8")
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue
