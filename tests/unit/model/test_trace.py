"""Which `traceparent` counts, by W3C Trace Context 1 section 3.2."""

import pytest

from printhub.core.model.trace import next_span, read_traceparent, trace_id

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
GIVEN = f"00-{TRACE}-{SPAN}-01"


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (GIVEN, GIVEN),
        (f"00-{TRACE}-{SPAN}-00", f"00-{TRACE}-{SPAN}-00"),
        (f"00-{TRACE}-{SPAN}-ff", f"00-{TRACE}-{SPAN}-03"),  # flags that nobody knows are not passed on
        (f"cc-{TRACE}-{SPAN}-01", GIVEN),  # a later version counts by what is known of it
        (f"cc-{TRACE}-{SPAN}-01-what-the-future-will-be-like", GIVEN),
    ],
)
def test_a_valid_one_is_read_as_the_first_version_writes_it(value: str, read: str) -> None:
    assert read_traceparent(value) == read


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        7,
        True,
        "hello",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-01-more",
        f"cc-{TRACE}-{SPAN}-01.more",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{TRACE[:-1]}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-1",
        f" {GIVEN}",
        f"{GIVEN}\n",
    ],
)
def test_any_other_is_as_if_nothing_had_been_said(value: object) -> None:
    assert read_traceparent(value) is None


def test_the_next_span_is_of_the_same_trace_and_never_the_same() -> None:
    spans = [next_span(GIVEN) for _ in range(50)]

    assert {read_traceparent(span) for span in spans} == set(spans)
    assert {trace_id(span) for span in spans} == {TRACE}
    assert len({*spans, GIVEN}) == 51
    assert trace_id(None) is None
