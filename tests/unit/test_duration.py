"""Durations are written as they are read."""

from datetime import timedelta

import pytest
from pydantic import TypeAdapter

from printhub.core.model.duration import Duration, duration_text


@pytest.mark.parametrize("text", ["0s", "250ms", "30s", "1m", "1h30m", "2d", "1d2h3m4s5ms"])
def test_what_is_written_is_read_as_the_same(text: str) -> None:
    assert duration_text(TypeAdapter(Duration).validate_python(text)) == text


def test_a_length_that_no_timedelta_holds_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a duration such as"):
        TypeAdapter(Duration).validate_python("99999999999999d")


def test_a_duration_in_json_is_text() -> None:
    assert TypeAdapter(Duration).dump_json(timedelta(minutes=90)) == b'"1h30m"'
