"""Our envelopes against those of the official CloudEvents SDK: each reads what the other writes."""

import base64
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from printhub.core.model.envelope import Event, read_event

FORMAT = JSONFormat()

printable = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
types = st.from_regex(r"[!-~]{1,20}", fullmatch=True)
zones = st.integers(-14 * 60, 14 * 60).map(lambda offset: timezone(timedelta(minutes=offset)))
times = st.datetimes(datetime(1970, 1, 2), datetime(2999, 1, 1), timezones=zones)  # noqa: DTZ001 - drawn with a zone
numbers = st.integers(-(2**31), 2**31 - 1)
extension_names = st.from_regex(r"[a-z0-9]{1,20}", fullmatch=True).filter(lambda name: name not in Event.model_fields)
extensions = st.dictionaries(extension_names, printable | numbers | st.booleans(), max_size=3)
data = st.recursive(
    st.booleans() | numbers | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner | st.none(), max_size=3) | st.dictionaries(texts, inner | st.none(), max_size=3),
    max_leaves=8,
)


@st.composite
def attributes(draw: st.DrawFn) -> dict[str, Any]:
    drawn: dict[str, Any] = {
        "id": draw(printable),
        "source": draw(printable),
        "specversion": "1.0",
        "type": draw(types),
    }
    optional = {
        "subject": printable,
        "time": times,
        "datacontenttype": st.just("application/json"),
        "dataschema": st.just("https://example.org/order.json"),
    }
    for name, strategy in optional.items():
        if draw(st.booleans()):
            drawn[name] = draw(strategy)
    return drawn


def written_by_us(fields: dict[str, Any], more: dict[str, Any], **content: Any) -> bytes:
    return Event(**fields, extensions=more, **content).to_json()


@given(attributes(), extensions, data)
def test_the_sdk_reads_what_we_write(fields: dict[str, Any], more: dict[str, Any], content: JsonValue) -> None:
    seen = FORMAT.read(None, written_by_us(fields, more, data=content))
    made_up_by_the_sdk = {"time"} - fields.keys()
    kept = {name: value for name, value in seen.get_attributes().items() if name not in made_up_by_the_sdk}
    assert kept == fields | more
    assert seen.get_data() == content


@given(attributes(), st.binary(max_size=40))
def test_the_sdk_reads_the_binary_data_that_we_write(fields: dict[str, Any], content: bytes) -> None:
    ours = written_by_us(fields, {}, data_base64=base64.b64encode(content).decode())
    assert FORMAT.read(None, ours).get_data() == content


@given(attributes(), extensions, data)
def test_we_read_what_the_sdk_writes(fields: dict[str, Any], more: dict[str, Any], content: JsonValue) -> None:
    stated = {"time": datetime(2026, 11, 22, tzinfo=UTC), **fields, **more}
    theirs = CloudEvent(stated, content)  # type: ignore[arg-type]  # it writes any JSON, whatever its hint says
    seen = read_event(FORMAT.write(theirs))
    for name, value in theirs.get_attributes().items():
        assert (seen.extensions[name] if name in more else getattr(seen, name)) == value
    assert seen.extensions == more
    assert seen.data == content


@given(attributes(), st.binary(min_size=1, max_size=40))
def test_we_read_the_binary_data_that_the_sdk_writes(fields: dict[str, Any], content: bytes) -> None:
    seen = read_event(FORMAT.write(CloudEvent(dict(fields), content)))
    assert seen.data is None
    assert base64.b64decode(seen.data_base64 or "") == content


@given(attributes(), extensions, data)
def test_an_event_keeps_its_fingerprint_on_the_way_through_the_sdk(
    fields: dict[str, Any], more: dict[str, Any], content: JsonValue
) -> None:
    fields["time"] = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    ours = written_by_us(fields, more, data=content)
    through = FORMAT.write(FORMAT.read(None, ours))
    assert read_event(through).fingerprint == read_event(ours).fingerprint
