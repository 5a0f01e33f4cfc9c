"""Events in their CloudEvents 1.0 envelope, and how raw input becomes one."""

import base64
import hashlib
import re
from typing import Annotated, Any, Literal, Self

import pydantic_core
from pydantic import Field, JsonValue, StringConstraints, ValidationError, field_validator, model_validator

from printhub.core.model.errors import EventRefused
from printhub.core.model.record import Record, Timestamp
from printhub.core.model.trace import read_traceparent

MAX_EVENT_BYTES = 1024 * 1024
"""An event larger than this is refused."""
MAX_DEPTH = 8
"""How many causes an event of the hub's own may have behind it, so that nothing goes round for ever."""

_EXTENSION = re.compile(r"[a-z0-9]{1,20}")
_PLACE = re.compile(r"[\w-]{1,64}")
# CloudEvents 1.0 forbids control characters in attributes.
_PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f]*$"
_ATTRIBUTE = Annotated[str, StringConstraints(min_length=1, max_length=512, pattern=_PRINTABLE)]


class Event(Record):
    """A fact that somebody states, once: (source, id) is unique (CloudEvents 1.0)."""

    id: _ATTRIBUTE
    source: _ATTRIBUTE
    specversion: Literal["1.0"]
    type: Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[!-~]+$")]
    subject: _ATTRIBUTE | None = None
    time: Timestamp | None = None
    datacontenttype: _ATTRIBUTE | None = None
    dataschema: _ATTRIBUTE | None = None
    data: JsonValue = Field(default=None, repr=False)
    data_base64: str | None = Field(default=None, repr=False)
    extensions: dict[str, Annotated[str, StringConstraints(pattern=_PRINTABLE)] | int | bool] = Field(
        default={}, repr=False
    )
    """Further attributes, such as `traceparent` or `causationid`."""

    @model_validator(mode="before")
    @classmethod
    def _gather_extensions(cls, value: Any) -> Any:  # noqa: ANN401 - input before it is validated
        if not isinstance(value, dict) or "extensions" in value:
            return value
        known = {name: value[name] for name in value if name in cls.model_fields}
        # The JSON format of CloudEvents (section 2.2): null is the same as an attribute that is not there.
        extensions = {name: value[name] for name in value if name not in cls.model_fields and value[name] is not None}
        return known | ({"extensions": extensions} if extensions else {})

    @field_validator("extensions")
    @classmethod
    def _names_are_free(cls, extensions: dict[str, str | int | bool]) -> dict[str, str | int | bool]:
        if not all(_EXTENSION.fullmatch(name) for name in extensions):
            raise ValueError("attribute names are 1 to 20 lower-case letters and digits")
        if not extensions.keys().isdisjoint(cls.model_fields):
            raise ValueError("an extension cannot have the name of another attribute")
        return extensions

    @field_validator("data_base64")
    @classmethod
    def _is_base64(cls, text: str | None) -> str | None:
        try:
            base64.b64decode(text or "", validate=True)
        except ValueError:
            raise ValueError("expected base64 (RFC 4648 section 4)") from None
        return text

    @model_validator(mode="after")
    def _one_kind_of_data(self) -> Self:
        if self.data is not None and self.data_base64 is not None:
            raise ValueError("an event has data or data_base64, not both")
        return self

    @property
    def depth(self) -> int:
        """How many events of the hub's own stand between this one and the outside."""
        depth = self.extensions.get("causationdepth", 0)
        return max(depth, 0) if isinstance(depth, int) and not isinstance(depth, bool) else 0

    @property
    def traceparent(self) -> str | None:
        """The trace that it belongs to, by CloudEvents' distributed tracing extension; None unless that is valid."""
        return read_traceparent(self.extensions.get("traceparent"))

    def envelope(self) -> dict[str, JsonValue]:
        """The event in structured mode: one JSON object, extensions beside the other attributes."""
        fields = self.model_dump(mode="json", exclude={"extensions"}, exclude_none=True)
        return fields | dict(self.extensions)

    def to_json(self) -> bytes:
        """The event in structured mode as UTF-8 JSON."""
        return pydantic_core.to_json(self.envelope())

    def sealed(self) -> tuple[bytes, str]:
        """The event as UTF-8 JSON, and its fingerprint."""
        envelope = self.envelope()
        return pydantic_core.to_json(envelope), hashlib.sha256(_canonical(envelope)).hexdigest()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what the event says, equal for equal envelopes whatever their spelling in JSON."""
        return hashlib.sha256(_canonical(self.envelope())).hexdigest()


def read_event(raw: bytes) -> Event:
    """Read one structured-mode event; raises EventRefused with a reason that echoes nothing of the input."""
    return check_event(read_json(raw))


def read_json(raw: bytes) -> JsonValue:
    """Read JSON input within the hub's limits; raises EventRefused."""
    if len(raw) > MAX_EVENT_BYTES:
        raise EventRefused("too_large", f"an event may have {MAX_EVENT_BYTES} bytes, this one has {len(raw)}")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise EventRefused("not_utf8", f"byte {error.start} is not UTF-8; send events as UTF-8 JSON") from error
    try:
        value: JsonValue = pydantic_core.from_json(text, allow_inf_nan=False)
    except ValueError as error:
        fault = str(error).replace("expected ident", "expected true, false or null")
        raise EventRefused("not_json", f"the input is not JSON: {fault}") from None
    return value


def check_event(value: JsonValue) -> Event:
    """Check that JSON input is an event; raises EventRefused naming the attribute."""
    if not isinstance(value, dict):
        raise EventRefused("not_an_event", "expected one JSON object in CloudEvents structured mode")
    try:
        return Event.model_validate(value)
    except ValidationError as error:
        raise refusal(error, "envelope") from None


def refusal(error: ValidationError, where: str) -> EventRefused:
    """Turn a validation error into an EventRefused that names every field and no value."""
    found = [(_steps(fault["loc"]), fault["msg"]) for fault in error.errors()]
    named = [(".".join(steps) or where, message) for steps, message in found]
    detail = "; ".join(f"{field}: {message}" for field, message in named[:5])
    if len(named) > 5:
        detail += f"; and {len(named) - 5} more"
    root = ["data"] if where == "data" else []
    faults = [("".join(f"/{step}" for step in root + steps), message) for steps, message in found[:20]]
    return EventRefused("invalid", detail, field=named[0][0], faults=faults)


def _steps(steps: tuple[int | str, ...]) -> list[str]:
    # A key of free attributes is input too: whatever does not look like a name is not repeated,
    # nor more than the first steps of a long way.
    return [text if _PLACE.fullmatch(text) else "?" for text in map(str, steps[:8])]


def _canonical(value: JsonValue) -> bytes:
    return pydantic_core.to_json(_sorted(value))


def _sorted(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_sorted(item) for item in value]
    return value
