"""How many segments a text takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printhub import SmsEncoding, segments_of

GSM, UCS = SmsEncoding.GSM_7, SmsEncoding.UCS_2
FAMILY = "👨‍👩‍👧‍👦"
"""Four people and three joiners: eleven code units of UTF-16."""


@pytest.mark.parametrize(
    ("text", "encoding", "units", "count"),
    [
        ("", GSM, 0, 0),
        ("Your order is on its way.", GSM, 25, 1),
        ("a" * 160, GSM, 160, 1),
        ("a" * 161, GSM, 161, 2),
        ("a" * 306, GSM, 306, 2),
        ("a" * 307, GSM, 307, 3),
        ("ÄÖÜäöüß§ÑñÇàèéùìò£¥¤¡¿ΔΦΓΛΩΠΨΣΘΞÆæØøÅåÉ\r\n_", GSM, 42, 1),
        ("€", GSM, 2, 1),
        ("^{}\\[~]|\f€", GSM, 20, 1),
        ("€" * 80, GSM, 160, 1),
        ("€" * 81, GSM, 162, 2),
        ("ç", UCS, 1, 1),
        ("’", UCS, 1, 1),
        ("ё" * 70, UCS, 70, 1),
        ("ё" * 71, UCS, 71, 2),
        ("ё" * 134, UCS, 134, 2),
        ("ё" * 135, UCS, 135, 3),
        ("🖨", UCS, 2, 1),
        ("🖨" * 35, UCS, 70, 1),
        ("🖨" * 36, UCS, 72, 2),
    ],
)
def test_a_text_takes_what_the_standard_says(text: str, encoding: SmsEncoding, units: int, count: int) -> None:
    found = segments_of(text)

    assert (found.encoding, found.units, found.count) == (encoding, units, count)


def test_an_escape_is_never_split_from_its_sign() -> None:
    # 306 septets would fill two segments; the euro sign that would straddle them goes over whole.
    assert segments_of("a" * 152 + "€" + "a" * 152).count == 3


def test_an_emoji_is_never_split() -> None:
    assert segments_of("ё" * 66 + "🖨" + "ё" * 66).count == 3
    assert segments_of("ё" * 60 + FAMILY + "ё" * 56).count == 2
    assert segments_of("ё" * 60 + FAMILY + "ё" * 57).count == 3


@pytest.mark.parametrize("emoji", ["👍🏽", "❤️", "1️⃣", "🇩🇪", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", FAMILY, "e\u0301\u0302"])
def test_what_looks_like_one_sign_is_one(emoji: str) -> None:
    size = segments_of("ё" + emoji).units - 1
    fits = "ё" * (67 - size)

    assert segments_of(fits + emoji + "ё" * 67).count == 2
    assert segments_of(fits + "ё" + emoji + "ё" * 67).count == 3


def test_two_flags_are_two_signs() -> None:
    assert segments_of("ё" * 63 + "🇩🇪🇫🇷" + "ё" * 63).count == 2


def test_a_sign_that_no_segment_holds_is_counted_all_the_same() -> None:
    assert segments_of("e" + "\u0301" * 200).count == 3


def test_people_read_what_it_takes() -> None:
    assert str(segments_of("Hello")) == "1 segment (GSM-7, 5 units)"
    assert str(segments_of("ё" * 71)) == "2 segments (UCS-2, 71 units)"


@given(st.text(max_size=400))
def test_a_longer_text_never_takes_less(text: str) -> None:
    found, longer = segments_of(text), segments_of(text + "x")

    assert longer.units >= found.units
    assert longer.count >= found.count
    assert found.count * (160 if found.encoding is GSM else 70) >= found.units or found.count >= 2
