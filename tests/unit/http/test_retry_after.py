"""Retry-After, in both its forms."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printhub.core.http.reply import WholeReply
from printhub.core.http.retry_after import retry_after

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(seconds=120)),
        (" 0 ", timedelta()),
        ("Mon, 02 Nov 2026 08:01:00 GMT", timedelta(minutes=1)),
        ("Mon, 02 Nov 2026 08:01:00 -0000", timedelta(minutes=1)),
        ("Monday, 02-Nov-26 08:01:00 GMT", timedelta(minutes=1)),
        ("Mon, 02 Nov 2026 07:00:00 GMT", timedelta()),
        ("99999999999999999999", timedelta(days=7)),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("²", None),
        ("", None),
    ],
)
def test_the_wait_is_read(header: str, wait: timedelta | None) -> None:
    assert retry_after(WholeReply(429, {"Retry-After": header}, b""), NOW) == wait


def test_without_the_header_there_is_no_wish() -> None:
    assert retry_after(WholeReply(503, {}, b""), NOW) is None


@given(st.text())
def test_nonsense_never_breaks_it(header: str) -> None:
    wait = retry_after(WholeReply(503, {"Retry-After": header}, b""), NOW)
    assert wait is None or timedelta() <= wait <= timedelta(days=7)
