"""The envelope of an event: its attributes, its JSON, and its fingerprint."""

import json
import random
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import JsonValue, ValidationError

from printhub.core.model.envelope import Event, check_event, read_event, read_json
from printhub.core.model.errors import EventRefused

PLAIN: dict[str, JsonValue] = {"id": "1", "source": "urn:store", "specversion": "1.0", "type": "printhub.order.placed"}

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def test_an_event_is_read_with_all_its_attributes() -> None:
    raw = json.dumps(
        PLAIN
        | {
            "subject": "J-1",
            "time": "2026-11-22T10:30:00+01:00",
            "datacontenttype": "application/json",
            "dataschema": "https://example.org/schema",
            "data": {"order": "O-1"},
            "traceparent": "00-abc",
        }
    )
    event = read_event(raw.encode())
    assert (event.id, event.source, event.type) == ("1", "urn:store", "printhub.order.placed")
    assert event.subject == "J-1"
    assert event.time == datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    assert event.datacontenttype == "application/json"
    assert event.dataschema == "https://example.org/schema"
    assert event.data == {"order": "O-1"}
    assert event.extensions == {"traceparent": "00-abc"}


def test_the_envelope_has_extensions_beside_the_attributes_and_leaves_out_what_is_not_there() -> None:
    event = check_event(PLAIN | {"causationdepth": 2, "urgent": True, "tenant": "acme"})
    assert event.envelope() == PLAIN | {"causationdepth": 2, "urgent": True, "tenant": "acme"}


@pytest.mark.parametrize("nothing", ["subject", "time", "data", "datacontenttype", "tenant"])
def test_null_is_the_same_as_an_attribute_that_is_not_there(nothing: str) -> None:
    assert check_event(PLAIN | {nothing: None}) == check_event(PLAIN)


@given(values)
def test_an_event_survives_being_written_and_read(data: JsonValue) -> None:
    event = check_event(PLAIN | {"data": data, "tenant": "acme"})
    again = read_event(event.to_json())
    assert again == event
    assert again.fingerprint == event.fingerprint


def test_an_event_survives_being_kept_as_a_record() -> None:
    event = check_event(PLAIN | {"data": [1], "tenant": "acme"})
    assert Event.model_validate_json(event.model_dump_json()) == event


def test_data_of_200_levels_is_written_again_and_fingerprinted() -> None:
    event = read_event(json.dumps(PLAIN).encode()[:-1] + b',"data":' + b"[" * 200 + b"]" * 200 + b"}")
    assert read_event(event.to_json()).fingerprint == event.fingerprint


# --- data xor data_base64 -------------------------------------------------------------------------------------


def test_an_event_may_carry_base64_data_instead_of_json() -> None:
    event = check_event(PLAIN | {"data_base64": "JVBERg=="})
    assert (event.data, event.data_base64) == (None, "JVBERg==")


def test_an_event_has_one_kind_of_data_only() -> None:
    with pytest.raises(EventRefused, match="not both"):
        check_event(PLAIN | {"data": {"a": 1}, "data_base64": "JVBERg=="})


@pytest.mark.parametrize("text", ["!!!", "JVBERg", "JVBE Rg==", "ü"])
def test_data_base64_has_to_be_base64(text: str) -> None:
    with pytest.raises(EventRefused, match="base64") as refused:
        check_event(PLAIN | {"data_base64": text})
    assert refused.value.field == "data_base64"


# --- extensions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a", "traceparent", "x1", "0", "a" * 20])
def test_an_extension_has_a_short_lower_case_name(name: str) -> None:
    assert check_event(PLAIN | {name: "v"}).extensions == {name: "v"}


@pytest.mark.parametrize("name", ["", "Tenant", "my_tenant", "my-tenant", "tenant ", "ténant", "tenant\n", "a" * 21])
def test_an_attribute_with_another_name_is_refused(name: str) -> None:
    with pytest.raises(EventRefused, match="1 to 20 lower-case letters and digits"):
        check_event(PLAIN | {name: "v"})


@pytest.mark.parametrize("value", [1.5, [1], {"a": 1}, "line\nbreak", "nul\x00"])
def test_an_extension_is_printable_text_a_whole_number_or_a_truth(value: JsonValue) -> None:
    with pytest.raises(EventRefused):
        check_event(PLAIN | {"tenant": value})


@pytest.mark.parametrize("name", ["id", "source", "data", "specversion"])
def test_an_extension_cannot_take_the_place_of_an_attribute(name: str) -> None:
    with pytest.raises(EventRefused, match="name of another attribute"):
        check_event(PLAIN | {"extensions": {name: "other"}})
    with pytest.raises(ValidationError):
        Event(id="1", source="s", specversion="1.0", type="t", extensions={name: "other"})


# --- the depth of causes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("stated", "depth"), [(0, 0), (3, 3), (-5, 0), (True, 0), ("3", 0)])
def test_the_depth_of_causes_is_a_whole_number_from_zero(stated: JsonValue, depth: int) -> None:
    assert check_event(PLAIN | {"causationdepth": stated}).depth == depth


def test_an_event_from_outside_has_no_causes() -> None:
    assert check_event(PLAIN).depth == 0


# --- the fingerprint ------------------------------------------------------------------------------------------


def shuffled(value: JsonValue, order: random.Random) -> JsonValue:
    match value:
        case dict():
            keys = order.sample(sorted(value), len(value))
            return {key: shuffled(value[key], order) for key in keys}
        case list():
            return [shuffled(item, order) for item in value]
        case _:
            return value


@given(st.dictionaries(texts, values, max_size=4), st.randoms(use_true_random=False))
def test_the_fingerprint_does_not_see_the_order_of_keys(data: dict[str, JsonValue], order: random.Random) -> None:
    body = PLAIN | {"data": data, "tenant": "acme"}
    again = json.dumps(shuffled(body, order), indent=2, ensure_ascii=order.random() < 0.5)
    assert read_event(again.encode()).fingerprint == check_event(body).fingerprint


@given(values, values)
def test_different_bodies_have_different_fingerprints(one: JsonValue, other: JsonValue) -> None:
    assume(json.dumps(one, sort_keys=True) != json.dumps(other, sort_keys=True))
    assert check_event(PLAIN | {"data": one}).fingerprint != check_event(PLAIN | {"data": other}).fingerprint


@pytest.mark.parametrize(
    "change",
    [{"id": "2"}, {"source": "urn:other"}, {"type": "t"}, {"subject": "J"}, {"tenant": "b"}, {"data_base64": "AA=="}],
)
def test_every_attribute_counts_for_the_fingerprint(change: dict[str, JsonValue]) -> None:
    assert check_event(PLAIN | change).fingerprint != check_event(PLAIN).fingerprint


def test_one_moment_in_two_zones_has_one_fingerprint() -> None:
    here, there = "2026-11-22T10:30:00+01:00", "2026-11-22T09:30:00Z"
    assert check_event(PLAIN | {"time": here}).fingerprint == check_event(PLAIN | {"time": there}).fingerprint


def test_of_a_key_that_is_stated_twice_the_last_one_counts() -> None:
    twice = b'{"id":"0","id":"1","source":"s","specversion":"1.0","type":"t","data":{"a":1,"a":2}}'
    once = b'{"id":"1","source":"s","specversion":"1.0","type":"t","data":{"a":2}}'
    assert read_json(twice) == read_json(once)
    assert read_event(twice).fingerprint == read_event(once).fingerprint
