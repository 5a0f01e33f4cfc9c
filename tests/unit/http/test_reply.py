"""What is read from a partner's answer."""

import pytest

from printhub.core.http.reply import WholeReply


@pytest.mark.parametrize(
    ("content_type", "content", "text"),
    [
        ("text/plain; charset=ISO-8859-1", b"caf\xe9", "café"),
        ("text/plain", "café".encode(), "café"),
        ("text/plain; charset=klingon", "café".encode(), "café"),
        ("text/plain", b"caf\xe9", "caf\ufffd"),
    ],
)
def test_text_is_read_in_the_charset_that_is_named(content_type: str, content: bytes, text: str) -> None:
    assert WholeReply(200, {"Content-Type": content_type}, content).text == text


@pytest.mark.parametrize("content", [b"<html>", b"", b"\xff\xfe\xfd", b"[" * 100_000])
def test_what_is_not_json_is_a_value_error(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's own words differ
        WholeReply(200, {}, content).json()


def test_the_body_stays_out_of_the_repr() -> None:
    assert "ada@example.com" not in repr(WholeReply(200, {"X-To": "ada@example.com"}, b"ada@example.com"))
