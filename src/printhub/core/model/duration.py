"""Lengths of time as operators write them: "30s", "10m", "1h30m"."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

_PIECE = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_UNITS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
_LONGEST_TEXT = 40


def _read(value: object) -> object:
    """Turn text with units into a timedelta; ISO 8601 is left to pydantic.

    A bare number is refused, because nobody can see whether it means seconds.
    """
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str) and len(value) <= _LONGEST_TEXT:
        text = value.replace(" ", "")
        if text.upper().startswith("P"):
            return text.upper()
        if text and not _PIECE.sub("", text):
            try:
                return sum((float(number) * _UNITS[unit] for number, unit in _PIECE.findall(text)), timedelta())
            except OverflowError:
                pass
    raise ValueError('expected a duration such as "30s", "10m", "1h30m" or "2d" (or ISO 8601: "PT30S")')


def duration_text(value: timedelta) -> str:
    """Write a duration as it may stand in the file."""
    if value < timedelta():
        raise ValueError("a duration is not negative")
    left, pieces = value, []
    for unit in ("d", "h", "m", "s", "ms"):
        number, left = divmod(left, _UNITS[unit])
        pieces += [f"{number}{unit}"] if number else []
    return "".join(pieces) or "0s"


Duration = Annotated[
    timedelta,
    BeforeValidator(_read),
    Field(ge=timedelta()),
    PlainSerializer(duration_text, when_used="json"),
    WithJsonSchema({"type": "string", "examples": ["30s", "10m", "1h30m", "2d"]}),
]
"""A length of time of zero or more, read from text such as "30s", "10m", "1h30m", "2d" or ISO 8601."""
