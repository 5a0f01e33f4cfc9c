"""How many segments a text takes: what providers bill, and phones put together again (3GPP TS 23.038 and 23.040)."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The GSM 7 bit default alphabet (TS 23.038, 6.2.1); the escape, which is no sign of its own, is left out."""
_EXTENDED = frozenset("\f^{}\\[~]|€")
"""Its extension table (6.2.1.1): each of these takes an escape as well."""
_JOINER = "\u200d"
_REGIONAL = re.compile("[\U0001f1e6-\U0001f1ff]")
_FOLLOWS = re.compile("[\u200d\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
"""Signs that belong to the one before: joiners, variation selectors, a keycap's frame, skin tones, tags of flags."""


class SmsEncoding(StrEnum):
    """The alphabet that a whole text goes in."""

    GSM_7 = "GSM-7"
    """160 septets in a text of one segment, 153 in each of several."""
    UCS_2 = "UCS-2"
    """70 code units of 16 bits in a text of one segment, 67 in each of several: one sign beyond GSM-7 is enough."""


_ROOM = {SmsEncoding.GSM_7: (160, 153), SmsEncoding.UCS_2: (70, 67)}


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text takes: `units` are septets or code units, `count` the segments (none for an empty text)."""

    encoding: SmsEncoding
    units: int
    count: int

    def __str__(self) -> str:
        """What people are shown: `2 segments (UCS-2, 84 units)`."""
        return f"{self.count} segment{'' if self.count == 1 else 's'} ({self.encoding}, {self.units} units)"


def segments_of(text: str) -> Segments:
    """Count the segments of a text, as careful gateways fill them: neither an escape nor an emoji is ever split."""
    encoding = SmsEncoding.GSM_7 if _BASIC.issuperset(set(text) - _EXTENDED) else SmsEncoding.UCS_2
    alone, together = _ROOM[encoding]
    sizes = [_size(sign, encoding) for sign in _signs(text)]
    units = sum(sizes)
    if units <= alone:
        return Segments(encoding, units, 1 if units else 0)
    count, left = 0, 0
    for size in sizes:
        if size > left:
            count, left = count + 1, together
        while size > left:  # one sign that no segment holds, such as a heap of combining marks
            count, size, left = count + 1, size - left, together  # noqa: PLW2901 - what is left of it
        left -= size
    return Segments(encoding, units, count)


def _size(sign: str, encoding: SmsEncoding) -> int:
    if encoding is SmsEncoding.GSM_7:
        return 2 if sign in _EXTENDED else 1
    return len(sign.encode("utf-16-be")) // 2


def _signs(text: str) -> Iterator[str]:
    """What a reader takes for one sign: an emoji is often several code points (after UAX 29, without its hangul)."""
    sign = ""
    for point in text:
        flag = _REGIONAL.fullmatch(sign) and _REGIONAL.fullmatch(point)
        if sign and (flag or sign[-1] == _JOINER or _FOLLOWS.match(point) or unicodedata.combining(point)):
            sign += point
            continue
        if sign:
            yield sign
        sign = point
    if sign:
        yield sign
