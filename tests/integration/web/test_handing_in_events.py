"""Events by HTTP: structured, binary and batch; each taken or refused by itself, and recorded when it is answered."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from cloudevents.core.bindings.http import to_binary, to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from requests import Response

from printhub.core.model.access import Role
from printhub.testing.memory_hub import MemoryHub
from tests.integration.web.conftest import As
from tests.integration.web.door import Caller
from tests.invariants.shop import SOURCE, order

STRUCTURED = {"Content-Type": "application/cloudevents+json"}
BATCH = {"Content-Type": "application/cloudevents-batch+json"}


def placed(number: str = "1", **attributes: Any) -> dict[str, Any]:
    """An event that places the order O-number with the job J-number."""
    data = order(f"O{number}", [{"id": f"J{number}", "product_type": "Ordinary", "quantity": 1}])
    own = {"id": number, "source": SOURCE, "specversion": "1.0", "type": "printhub.order.placed", "data": data}
    return own | attributes


def hand_in(caller: Caller, event: Mapping[str, Any], **headers: str) -> Response:
    return caller("POST", "/v1/events", data=json.dumps(event), headers=STRUCTURED | headers)


def test_an_event_is_recorded_when_it_is_answered(hub: MemoryHub, shop: Caller) -> None:
    answer = hand_in(shop, placed())

    assert answer.status_code == 202
    assert answer.json()["receipts"] == [
        {"index": 0, "id": "1", "taken": "accepted", "state": "applied", "code": None, "reason": None, "errors": []}
    ]
    assert len(hub.deliveries("J1")) == 1


def test_the_same_event_twice_is_one(hub: MemoryHub, shop: Caller) -> None:
    hand_in(shop, placed())

    again = hand_in(shop, placed())

    assert (again.status_code, again.json()["repeated"]) == (202, 1)
    assert len(hub.deliveries("J1")) == 1


def test_another_event_under_the_same_id_is_refused(shop: Caller) -> None:
    hand_in(shop, placed())

    other = hand_in(shop, placed(type="printhub.order.deleted", data={"order": "O1"}))

    assert (other.status_code, other.json()["code"]) == (409, "same_id")


def test_in_a_batch_each_is_taken_or_refused_by_itself_with_its_index(hub: MemoryHub, shop: Caller) -> None:
    batch = [placed("1"), {"id": "2"}, 7, placed("3"), placed("1")]

    answer = shop("POST", "/v1/events", data=json.dumps(batch), headers=BATCH)

    told = answer.json()
    assert answer.status_code == 207
    assert (told["accepted"], told["repeated"], told["refused"]) == (2, 1, 2)
    assert [receipt["taken"] for receipt in told["receipts"]] == [
        "accepted",
        "refused",
        "refused",
        "accepted",
        "repeated",
    ]
    assert [receipt["index"] for receipt in told["receipts"]] == [0, 1, 2, 3, 4]
    assert len(hub.refused()) == 2


@pytest.mark.parametrize("body", [b"[]", b"{}", b"[1", b"", json.dumps([{}] * 1001).encode()])
def test_a_batch_that_is_none_is_refused_whole(shop: Caller, body: bytes) -> None:
    answer = shop("POST", "/v1/events", data=body, headers=BATCH)

    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_what_is_wrong_is_named_by_its_place_and_not_repeated(shop: Caller) -> None:
    bad = placed()
    bad["data"]["order"]["jobs"][0]["quantity"] = "SECRET"

    answer = hand_in(shop, bad)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/data/order/jobs/0/quantity"
    assert "SECRET" not in answer.text


def test_what_the_official_library_writes_is_read(hub: MemoryHub, shop: Caller) -> None:
    attributes = {"id": "1", "source": SOURCE, "type": "printhub.order.placed", "specversion": "1.0"}
    events = [
        CloudEvent(attributes | {"datacontenttype": "application/json"}, placed("1")["data"]),
        CloudEvent(attributes | {"id": "2", "datacontenttype": "application/json"}, placed("2")["data"]),
    ]

    binary = to_binary(events[0], JSONFormat())
    structured = to_structured(events[1], JSONFormat())
    answers = [
        shop("POST", "/v1/events", data=message.body, headers=dict(message.headers)) for message in (binary, structured)
    ]

    assert [answer.status_code for answer in answers] == [202, 202]
    assert hub.deliveries("J1")
    assert hub.deliveries("J2")


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", ""])
def test_what_says_not_that_it_is_an_event_is_refused(shop: Caller, media_type: str) -> None:
    answer = shop("POST", "/v1/events", data=json.dumps(placed()), headers={"Content-Type": media_type})

    assert answer.status_code == 415


def test_an_event_of_another_storefront_is_refused_and_shown(hub: MemoryHub, as_: As) -> None:
    other = as_(Role.STOREFRONT, "other")

    answer = hand_in(other, placed())

    assert (answer.status_code, answer.json()["code"]) == (422, "foreign_source")
    assert [refusal.code for refusal in hub.refused()] == ["foreign_source"]
    assert not hub.deliveries("J1")


def test_events_are_taken_while_every_adapter_is_down(shop: Caller, root: Caller) -> None:
    root.post("/v1/instances/mis/pause", {"why": "the MIS is down"})

    assert hand_in(shop, placed()).status_code == 202


def test_a_body_that_is_too_large_is_refused(shop: Caller) -> None:
    answer = shop("POST", "/v1/events", data=b" " * (17 * 2**20), headers=STRUCTURED)

    assert answer.status_code == 413


def test_an_idempotency_key_has_the_first_answer_given_again(shop: Caller) -> None:
    first = hand_in(shop, placed(), **{"Idempotency-Key": '"once"'})

    again = hand_in(shop, placed(), **{"Idempotency-Key": "once"})

    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"


def test_another_request_under_the_same_key_is_refused(shop: Caller) -> None:
    hand_in(shop, placed("1"), **{"Idempotency-Key": "once"})

    other = hand_in(shop, placed("2"), **{"Idempotency-Key": "once"})

    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


def test_two_askers_may_use_the_same_key(shop: Caller, as_: As) -> None:
    hand_in(shop, placed("1"), **{"Idempotency-Key": "once"})
    other = as_(Role.STOREFRONT, "other")

    answer = hand_in(other, placed("2", source="https://other.example"), **{"Idempotency-Key": "once"})

    assert answer.status_code == 202


def test_what_was_refused_may_be_tried_again_under_its_key_and_is_refused_the_same(shop: Caller) -> None:
    bad = placed(data={"order": {}})
    answers = [hand_in(shop, bad, **{"Idempotency-Key": "bad"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [422, 422]
