"""Paragraphs and lists in plain text."""

import pytest

from printhub.core.letters.blocks import blocks


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("\n\n \n", []),
        ("one", [("paragraph", [["one"]])]),
        ("one\ntwo  \n\n\nthree", [("paragraph", [["one", "two"]]), ("paragraph", [["three"]])]),
        ("- a\n- b", [("list", [["a"], ["b"]])]),
        ("You:\n- a\n  still a\n- b\nafter", [
            ("paragraph", [["You:"]]),
            ("list", [["a", "still a"], ["b"]]),
            ("paragraph", [["after"]]),
        ]),
        ("-5 degrees\n--", [("paragraph", [["-5 degrees", "--"]])]),
        ("Sum\n  12 EUR", [("paragraph", [["Sum", "\u00a0\u00a012 EUR"]])]),
    ],
)  # fmt: skip
def test_text_is_taken_apart_as_a_reader_would(text: str, found: list[tuple[str, list[list[str]]]]) -> None:
    assert [(block["kind"], block["items"]) for block in blocks(text)] == found
