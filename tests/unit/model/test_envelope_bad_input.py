"""Input that is no event: each is refused with a reason that helps, and that repeats nothing of the input."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import JsonValue

from printhub.core.model.envelope import MAX_EVENT_BYTES, Event, check_event, read_event
from printhub.core.model.errors import EventRefused

MARK = "jane.doe@example.org"
PLAIN: dict[str, JsonValue] = {"id": "1", "source": "urn:store", "specversion": "1.0", "type": "t"}
LONG = "x" * 513


def raw(**attributes: JsonValue) -> bytes:
    return json.dumps(PLAIN | attributes).encode()


def with_data(data: bytes) -> bytes:
    return raw()[:-1] + b',"data":' + data + b"}"


def refusal_of(given: bytes) -> EventRefused:
    with pytest.raises(EventRefused) as caught:
        read_event(given)
    return caught.value


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b" ",
        b'{"id": ' + MARK.encode() + b"}",
        b'{"id": "' + MARK.encode(),
        raw(subject=MARK) + b"}",
        raw(subject=MARK) * 2,
        b"{'id': '" + MARK.encode() + b"'}",
        b'{"subject": "' + MARK.encode() + b'", "id": "\\ud800"}',
        b"[" * 100_000,
        with_data(b"[" * 100_000 + b"]" * 100_000),
        with_data(b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
        with_data(b"NaN"),
        with_data(b"-Infinity"),
        with_data(b"9" * 5000),
    ],
    ids=lambda given: given[:40].decode(),
)
def test_what_is_not_json_is_refused_with_the_place_of_the_fault(given: bytes) -> None:
    refused = refusal_of(given)
    assert refused.code == "not_json"
    assert "the input is not JSON" in refused.detail
    assert "line 1 column" in refused.detail
    assert MARK not in repr(refused)


@pytest.mark.parametrize("given", [raw(subject=MARK).decode().encode("utf-16"), b'{"id":"\xe9"}', b"\xff\xfe"])
def test_what_is_not_utf8_is_refused_with_the_place_of_the_byte(given: bytes) -> None:
    refused = refusal_of(given)
    assert refused.code == "not_utf8"
    assert "UTF-8" in refused.detail


def test_an_event_of_more_than_a_mebibyte_is_refused_unread() -> None:
    refused = refusal_of(b"\xff" * (MAX_EVENT_BYTES + 1))
    assert refused.code == "too_large"
    assert str(MAX_EVENT_BYTES) in refused.detail


def test_an_event_of_exactly_a_mebibyte_is_read() -> None:
    padding = MAX_EVENT_BYTES - len(raw(data=""))
    assert read_event(raw(data="x" * padding)).data == "x" * padding


@pytest.mark.parametrize("given", [b"null", b"[]", b'"x"', b"1", b"true", json.dumps([PLAIN]).encode()])
def test_json_that_is_not_an_object_is_no_event(given: bytes) -> None:
    refused = refusal_of(given)
    assert refused.code == "not_an_event"
    assert "one JSON object" in refused.detail


@pytest.mark.parametrize("name", ["id", "source", "type", "specversion"])
def test_an_event_without_a_required_attribute_is_refused(name: str) -> None:
    given = {key: value for key, value in PLAIN.items() if key != name} | {"subject": MARK}
    refused = refusal_of(json.dumps(given).encode())
    assert (refused.code, refused.field) == ("invalid", name)
    assert MARK not in repr(refused)


@pytest.mark.parametrize("version", ["0.3", "1.0.2", "1", "2.0", "", MARK, 1.0, 1, None, ["1.0"]])
def test_only_version_1_0_of_the_specification_is_taken(version: JsonValue) -> None:
    refused = refusal_of(raw(specversion=version))
    assert (refused.code, refused.field) == ("invalid", "specversion")
    assert "'1.0'" in refused.detail
    assert MARK not in repr(refused)


@pytest.mark.parametrize("name", ["id", "source", "subject", "datacontenttype", "dataschema"])
@pytest.mark.parametrize("value", [5, True, [MARK], {MARK: MARK}, "", LONG, f"{MARK}\x00", f"{MARK}\n", "\x9f"])
def test_an_attribute_is_short_printable_text(name: str, value: JsonValue) -> None:
    refused = refusal_of(raw(**{name: value}))
    assert (refused.code, refused.field) == ("invalid", name)
    assert MARK not in repr(refused)
    assert len(refused.detail) < 200


@pytest.mark.parametrize("value", [5, None, "", "x" * 129, "with space", "ümlaut", "t\n"])
def test_a_type_is_short_ascii_text_without_spaces(value: JsonValue) -> None:
    assert refusal_of(raw(type=value)).field == "type"


@pytest.mark.parametrize(
    "time",
    [
        *("2026-11-22T09:30:00", "2026-11-22", "09:30:00Z", "1700000000", "yesterday", "", "2026-11-22T09:30Z"),
        *("2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-22T25:00:00Z", "2026-11-22T09:30:00+99:99"),
        *("0000-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"),
        *("2026-11-22T09:30:00Z\n", "٢٠٢٦-11-22T09:30:00Z", f"2026-11-22T09:30:00Z{MARK}"),
        *(1700000000, 1700000000.5, True, ["2026-11-22T09:30:00Z"], {}),
    ],
)
def test_a_time_is_an_rfc_3339_text_with_a_zone(time: JsonValue) -> None:
    refused = refusal_of(raw(time=time))
    assert (refused.code, refused.field) == ("invalid", "time")
    assert MARK not in repr(refused)


@pytest.mark.parametrize(
    "time", ["2026-11-22T09:30:00Z", "2026-11-22t09:30:00.123456789z", "2026-11-22 09:30:00-05:30"]
)
def test_every_spelling_of_rfc_3339_is_a_time(time: str) -> None:
    event = read_event(raw(time=time))
    assert event.time is not None
    assert event.time.tzname() == "UTC"


@pytest.mark.parametrize("number", [b"1e400", b"-1e400", b'{"price": [1e999]}'])
def test_a_number_too_large_to_be_written_again_is_refused(number: bytes) -> None:
    refused = refusal_of(with_data(number))
    assert refused.code == "invalid"
    assert "finite" in refused.detail


def test_the_name_of_an_attribute_that_is_no_name_is_not_repeated() -> None:
    refused = refusal_of(raw(**{MARK: MARK}))
    assert refused.code == "invalid"
    assert MARK not in repr(refused)


def test_many_faults_are_counted_and_not_all_told() -> None:
    refused = refusal_of(
        json.dumps(dict.fromkeys(("id", "source", "type", "specversion", "subject", "time"), 5)).encode()
    )
    assert "and 1 more" in refused.detail


@given(st.binary(max_size=200))
def test_any_bytes_are_an_event_or_refused(given: bytes) -> None:
    try:
        outcome: Event | EventRefused = read_event(given)
    except EventRefused as refused:
        outcome = refused
    assert isinstance(outcome, Event) or outcome.detail


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from([*Event.model_fields, "tenant", "causationdepth", MARK])


@given(st.dictionaries(names, anything, max_size=4))
@example({"time": "0001-01-01T00:00:00+14:00"})
@example({"extensions": {"id": 5}})
def test_any_json_is_an_event_or_refused_and_an_event_can_be_written(attributes: dict[str, JsonValue]) -> None:
    try:
        outcome: Event | EventRefused = check_event(PLAIN | attributes)
    except EventRefused as refused:
        outcome = refused
    if isinstance(outcome, Event):
        assert read_event(outcome.to_json()) == outcome
    else:
        assert MARK not in repr(outcome)
