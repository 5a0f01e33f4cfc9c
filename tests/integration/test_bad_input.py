"""Events that cannot be taken: each is refused with a reason that echoes nothing of it, and kept to be shown."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from printhub.core.flow.receipts import Receipt
from printhub.core.model.deliveries import DeliveryState
from printhub.core.store import events
from printhub.core.store.events import EventState
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.script import Script
from tests.invariants.shop import SOURCE, job, memory_hub, order
from tests.services.stores import examples

SECRET = "kim.marker@customer.example"


@pytest.fixture
def hub() -> Iterator[MemoryHub]:
    with memory_hub(Script()) as opened:
        yield opened


def an_envelope(**changes: Any) -> dict[str, Any]:
    return {
        "id": "1",
        "source": SOURCE,
        "specversion": "1.0",
        "type": "printhub.order.placed",
        "time": "2026-11-22T09:30:00Z",
        "data": order(),
    } | changes


def take(hub: MemoryHub, raw: bytes | dict[str, Any] | list[Any]) -> Receipt:
    return hub.hub.intake.take_raw(raw if isinstance(raw, bytes) else json.dumps(raw).encode())


def assert_kept_as_refused(hub: MemoryHub, receipt: Receipt, code: str, words: str) -> None:
    assert receipt.refused
    assert receipt.code == code
    assert words in (receipt.reason or "")
    [kept] = hub.refused()
    assert (kept.code, kept.reason) == (code, receipt.reason)
    assert SECRET not in (receipt.reason or "")


REFUSED: dict[str, tuple[bytes | dict[str, Any] | list[Any], str, str]] = {
    "empty": (b"", "not_json", "EOF while parsing"),
    "cut off": (b'{"id": "1", "sou', "not_json", "line 1 column"),
    "not JSON": (f"<xml>{SECRET}</xml>".encode(), "not_json", "expected value at line 1"),
    "not UTF-8": (json.dumps(an_envelope()).encode() + b"\xff", "not_utf8", "is not UTF-8"),
    "UTF-16": (json.dumps(an_envelope()).encode("utf-16"), "not_utf8", "byte 0 is not UTF-8"),
    "no object": ([an_envelope()], "not_an_event", "expected one JSON object"),
    "a word": (b'"order placed"', "not_an_event", "expected one JSON object"),
    "NaN": (b'{"id": NaN}', "not_json", "line 1 column"),
    "nested in brackets": (b'{"data":' + b"[" * 100_000, "not_json", "recursion limit"),
    "nested in braces": (b'{"data":' + b'{"a":' * 5_000 + b"1" + b"}" * 5_001, "not_json", "recursion limit"),
    "too large": (an_envelope(data=order(po_number="x" * 1024 * 1024)), "too_large", "1048576 bytes"),
    "no id": ({"source": SOURCE, "specversion": "1.0", "type": "x.y"}, "invalid", "id: Field required"),
    "an empty id": (an_envelope(id=""), "invalid", "id: "),
    "an id that is a number": (an_envelope(id=7), "invalid", "id: Input should be a valid string"),
    "another CloudEvents version": (an_envelope(specversion="0.3"), "invalid", "specversion: Input should be '1.0'"),
    "a time without a zone": (an_envelope(time="2026-11-22T09:30:00"), "invalid", "time: Value error, expected an RFC"),
    "a time that is none": (an_envelope(time=SECRET), "invalid", "time: Value error, expected an RFC"),
    "a line break in the source": (an_envelope(source="https://shop\n.example"), "invalid", "source: "),
    "an unknown source": (an_envelope(source="https://else.example"), "unknown_source", "no storefront lists this"),
    "no data": (an_envelope(data=None), "invalid", "data: "),
    "data that is a list": (an_envelope(data=[order()]), "invalid", "data: "),
    "data in base64": (
        {name: value for name, value in an_envelope(data_base64="e30=").items() if name != "data"},
        "invalid",
        "expected JSON in data",
    ),
    "an order without total": (
        an_envelope(data={"order": {"id": "O1", "jobs": []}}),
        "invalid",
        "order.total: Field required",
    ),
    "a wrong product type": (
        an_envelope(data=order(jobs=[job(product_type=SECRET)])),
        "invalid",
        "order.jobs.0.product_type: Input should be 'Ordinary'",
    ),
    "a quantity of none": (an_envelope(data=order(jobs=[job(quantity=0)])), "invalid", "greater than or equal to 1"),
    "a quantity that no database keeps": (
        an_envelope(data=order(jobs=[job(quantity=10**30)])),
        "invalid",
        "order.jobs.0.quantity: Input should be less than or equal",
    ),
    "a quantity in words": (an_envelope(data=order(jobs=[job(quantity="many")])), "invalid", "valid integer"),
    "an amount that is a float": (
        an_envelope(data=order(total={"amount": 1.1, "currency": "EUR"})),
        "invalid",
        "order.total.amount: Value error, expected an amount as text",
    ),
    "an amount beyond all money": (
        an_envelope(data=order(total={"amount": "1e1000000", "currency": "EUR"})),
        "invalid",
        "order.total: Value error",
    ),
    "a key that is personal": (
        an_envelope(data=order(checkout_attributes={SECRET: 1})),
        "invalid",
        "order.checkout_attributes.?: Input should be a valid string",
    ),
    "a type that only the hub states": (
        an_envelope(type="printhub.status.changed"),
        "not_yours",
        "only the hub states events of this type",
    ),
    "a staff notice": (an_envelope(type="printhub.staff.notice"), "not_yours", "only the hub states events"),
    "the hub's own source": (an_envelope(source="urn:printhub:hub"), "unknown_source", "no storefront lists"),
    "what only partners say": (
        an_envelope(type="printhub.mis.settled", data={"instance": "mis", "job": "J1"}),
        "not_yours",
        "comes in through their instance",
    ),
    "a circle": (an_envelope(causationdepth=9), "too_deep", "something goes round in a circle"),
    "a depth that no database keeps": (an_envelope(causationdepth=10**30), "too_deep", "goes round in a circle"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_a_reason_and_kept(hub: MemoryHub, name: str) -> None:
    raw, code, words = REFUSED[name]

    receipt = take(hub, raw)

    assert_kept_as_refused(hub, receipt, code, words)
    assert hub.deliveries("J1") == []
    assert hub.emit("printhub.order.placed", order()).accepted  # and the next one is taken as ever


@pytest.mark.parametrize("depth", [260, 2000])
def test_input_that_was_read_already_is_refused_the_same_way(hub: MemoryHub, depth: int) -> None:
    nested: dict[str, Any] = {}
    for _ in range(depth):
        nested = {"a": nested}

    receipt = hub.hub.intake.take_raw(an_envelope(type="x.y", data=nested))

    assert receipt.refused
    assert len(receipt.reason or "") < 500

    large = hub.hub.intake.take_raw(an_envelope(type="x.y", data="x" * 1024 * 1024))
    assert (large.refused, large.code) == (True, "too_large")


def test_an_event_of_unknown_type_is_kept_and_shown_and_changes_nothing(hub: MemoryHub) -> None:
    receipt = take(hub, an_envelope(type="printhub.order.enchanted"))

    assert (receipt.accepted, receipt.state) == (True, EventState.UNKNOWN)
    [kept] = hub.unknown()
    assert kept.type == "printhub.order.enchanted"
    assert hub.refused() == []


@pytest.mark.parametrize("depth", [100, 190])
def test_what_was_taken_can_be_read_back(hub: MemoryHub, depth: int) -> None:
    raw = json.dumps(an_envelope(type="x.y", data=None)).replace('"data": null', f'"data": {"[" * depth}{"]" * depth}')

    receipt = take(hub, raw.encode())

    assert receipt.accepted
    [kept] = hub.unknown()
    assert kept.payload_id is not None
    payload = kept.payload_id
    body = hub.hub.store.read(lambda tx: events.body(tx, payload))
    assert body is not None
    assert body.count(b"[") == depth


def test_the_same_event_twice_is_one_event_however_it_is_spelt(hub: MemoryHub) -> None:
    first = take(hub, an_envelope())
    spelt = json.dumps(dict(reversed(an_envelope().items())), indent=3).encode()

    again = take(hub, spelt)

    assert (first.accepted, again.repeated) == (True, True)
    assert len(hub.deliveries("J1")) == 1
    assert len(hub.history("J1")) == 1
    assert hub.refused() == []


def test_the_same_id_with_another_body_is_refused_and_changes_nothing(hub: MemoryHub) -> None:
    take(hub, an_envelope())

    receipt = take(hub, an_envelope(data=order(jobs=[job(quantity=7)])))

    assert_kept_as_refused(hub, receipt, "same_id", "said something else under this id before")
    hub.run()
    assert [one.state for one in hub.deliveries("J1")] == [DeliveryState.DONE]


def test_the_same_id_from_another_source_is_another_event() -> None:
    with MemoryHub(
        {"storefronts": {"shop": {"sources": ["https://a.example", "https://b.example"], "mode": "test"}}}, []
    ) as hub:
        assert take(hub, an_envelope(source="https://a.example")).accepted
        assert take(hub, an_envelope(source="https://b.example", type="x.y")).accepted


def test_an_event_whose_id_looks_like_a_part_of_another_is_heard(hub: MemoryHub) -> None:
    """One event may write several entries; its id with a number is theirs, and never another event's."""
    take(hub, an_envelope(id="e", data=order(payment_status="Pending")))

    receipt = take(hub, an_envelope(id="e/1", type="printhub.job.blocked", data={"job": "J1", "why": "a check"}))

    assert receipt.accepted
    assert "blocked" in {str(obstacle) for obstacle in hub.deliveries("J1")[0].obstacles}


def test_of_many_events_at_once_only_the_bad_ones_are_refused(hub: MemoryHub) -> None:
    raws = [an_envelope(id="1"), an_envelope(id="2", data={}), an_envelope(id="3", data=order("O3", [job("J3")]))]

    receipts = [take(hub, raw) for raw in raws]

    assert [one.taken for one in receipts] == ["accepted", "refused", "accepted"]
    hub.run()
    assert [one.state for number in ("J1", "J3") for one in hub.deliveries(number)] == [DeliveryState.DONE] * 2


@given(
    data=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
        max_leaves=10,
    ),
    type_=st.sampled_from(
        ["printhub.order.placed", "printhub.order.changed", "printhub.job.blocked", "printhub.job.created", "x.y"]
    ),
)
@hypothesis_settings(max_examples=examples(60), deadline=None)
def test_whatever_comes_is_taken_or_refused_and_never_breaks_the_intake(
    one_hub: MemoryHub, data: object, type_: str
) -> None:
    envelope = {"id": str(one_hub.hub.rules.new_id()), "source": SOURCE, "specversion": "1.0", "type": type_}

    receipt = one_hub.hub.intake.take_raw(json.dumps({**envelope, "data": data}).encode(errors="surrogatepass"))

    assert receipt.accepted or receipt.reason


@given(raw=st.binary(max_size=200))
@hypothesis_settings(max_examples=examples(60), deadline=None)
def test_whatever_bytes_come_they_are_refused_with_a_reason(one_hub: MemoryHub, raw: bytes) -> None:
    assert one_hub.hub.intake.take_raw(raw).reason


@pytest.fixture(scope="module")
def one_hub() -> Iterator[MemoryHub]:
    with memory_hub(Script()) as opened:
        yield opened


@pytest.mark.parametrize("name", REFUSED)
def test_nothing_of_refused_input_reaches_the_log(hub: MemoryHub, name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    take(hub, REFUSED[name][0])

    assert SECRET not in caplog.text
    assert "hub_fault" not in {kept.code for kept in hub.refused()}
