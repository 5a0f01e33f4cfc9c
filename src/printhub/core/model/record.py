"""What all frozen data models share: strictness, and field types for text, times and identifiers."""

import re
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

MAX_INTEGER = 2**31 - 1
"""The largest whole number that every database keeps in an INTEGER."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})")


class Record(BaseModel):
    """A frozen value that refuses fields it does not know and never echoes a refused value in its errors."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
        allow_inf_nan=False,  # JSON has no word for them, so they could be read (1e400) but not written again
    )


class Message(Record):
    """A value that crosses a border: newer fields are ignored, so that hub, plugin and storefront may differ in age."""

    model_config = ConfigDict(extra="ignore")


def _rfc3339(value: object) -> object:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise ValueError("expected an RFC 3339 time with a zone, such as 2026-11-22T09:30:00Z")
    return value


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("expected a time with a zone")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("expected a time that lies in the years 1 to 9999 in UTC") from None


Timestamp = Annotated[datetime, BeforeValidator(_rfc3339), AfterValidator(_utc)]
"""A moment, read from RFC 3339 text with a zone and kept in UTC."""


def _plain_date(value: object) -> object:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ValueError("expected a date without a time, such as 2026-11-22")
    return value


Day = Annotated[date, BeforeValidator(_plain_date), Field(ge=date(1970, 1, 2), le=date(9998, 12, 31))]
"""A calendar day, read from text such as 2026-11-22; which moments it spans is a matter of a time zone."""

Identifier = Annotated[
    str, StringConstraints(min_length=1, max_length=128, pattern=r"^[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$")
]
"""A partner's id for something: 1 to 128 characters, none of them a control character, kept as it was given."""

Text = Annotated[str, StringConstraints(max_length=4000, pattern=r"^[^\x00]*$")]
"""Free text of at most 4000 characters; no NUL, because PostgreSQL cannot store one."""
