"""The trace of an event goes on in the calls that follow from it, and in what the hub states because of it."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import responses
from pydantic import JsonValue

from printhub.core.channels.status.messages import StatusMessage
from printhub.core.flow.receipts import Receipt
from printhub.core.model.call import Call
from printhub.core.model.envelope import Event, read_event
from printhub.core.model.errors import Unavailable
from printhub.core.model.events.partner import StaffNotice
from printhub.core.model.reports import Report
from printhub.core.model.trace import trace_id
from printhub.core.model.verbs import Verb
from printhub.core.store import events
from printhub.testing import MemoryHub, Script, scripted_status
from tests.invariants.shop import mis, order, settings

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
GIVEN = f"00-{TRACE}-{SPAN}-01"
ORDERS = "https://mis.example/orders"


@pytest.fixture
def partner() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        mock.post(ORDERS, json={})
        yield mock


def stated(hub: MemoryHub, type_: str, data: Mapping[str, Any], **extensions: JsonValue) -> Receipt:
    envelope: dict[str, JsonValue] = {
        "id": type_,
        "source": "https://shop.example",
        "specversion": "1.0",
        "type": type_,
        "time": hub.clock().isoformat(),
        "data": dict(data),
    }
    return hub.hub.intake.take_raw(envelope | extensions)


def calling(script: Script) -> None:
    def call(_message: object, call: Call) -> Report:
        call.http.request("POST", ORDERS, body="{}")
        return Report.done("R")

    for verb in ("notify", "manifest"):
        script.default(verb, call)


def shop(script: Script, web: Script) -> MemoryHub:
    adapters = [mis(script, verbs=("notify", "manifest")), scripted_status(web, name="web")]
    return MemoryHub(settings("mis", "web"), adapters)


def told(web: Script) -> list[Event]:
    return [call.message.event for call in web.asked(Verb.PUBLISH) if isinstance(call.message, StatusMessage)]


def test_every_call_of_an_order_and_every_status_told_of_it_belongs_to_the_trace_of_its_event(
    partner: responses.RequestsMock,
) -> None:
    script, web = Script(), Script()
    calling(script)
    with shop(script, web) as hub:
        stated(hub, "printhub.order.placed", order(), traceparent=GIVEN, tracestate="shop=1")
        hub.run()

        sent = [str(call.request.headers["traceparent"]) for call in partner.calls]
        statuses = [str(event.extensions["traceparent"]) for event in told(web)]

    assert len(sent) == 2
    assert len(statuses) == 3  # Ordered, and after the calls MisNotified and MisManifested
    assert {trace_id(one) for one in (*sent, *statuses)} == {TRACE}
    assert len({*sent, *statuses, GIVEN}) == 6


def test_the_next_attempt_is_another_span_of_the_same_trace(partner: responses.RequestsMock) -> None:
    script = Script()

    def fails(_message: object, call: Call) -> Report:
        call.http.request("POST", ORDERS, body="{}")
        raise Unavailable("busy")

    calling(script)
    script.answer("notify", fails)
    with MemoryHub(settings("mis"), [mis(script)]) as hub:
        stated(hub, "printhub.order.placed", order(), traceparent=GIVEN)
        hub.run()
        hub.advance(hub.hub.settings.instances["mis"].retry.schedule[0])

        first, second = (str(call.request.headers["traceparent"]) for call in partner.calls)

    assert first != second
    assert trace_id(first) == trace_id(second) == TRACE


@pytest.mark.parametrize("given", [None, "", "nonsense", 7, f"ff-{TRACE}-{SPAN}-01", f"00-{'0' * 32}-{SPAN}-01"])
def test_a_trace_that_is_none_is_ignored_and_costs_the_event_nothing(
    partner: responses.RequestsMock, given: JsonValue
) -> None:
    script, web = Script(), Script()
    calling(script)
    with shop(script, web) as hub:
        receipt = stated(hub, "printhub.order.placed", order(), traceparent=given)
        hub.run()

        assert receipt.accepted
        assert ["traceparent" in call.request.headers for call in partner.calls] == [False, False]
        assert ["traceparent" in event.extensions for event in told(web)] == [False, False, False]


def test_an_event_that_came_early_keeps_its_trace_until_it_is_applied() -> None:
    web = Script()
    with MemoryHub(settings("web"), [scripted_status(web, name="web")]) as hub:
        stated(hub, "printhub.job.blocked", {"job": "J1", "reason": "wait"}, traceparent=GIVEN)
        stated(hub, "printhub.order.placed", order())
        hub.run()

        traced = {str(e.data["status"]): e.traceparent for e in told(web) if isinstance(e.data, dict)}

    assert traced["Ordered"] is None
    assert trace_id(traced["Blocked"]) == TRACE


def test_what_staff_are_told_because_of_an_event_belongs_to_its_trace() -> None:
    script = Script()
    with MemoryHub(settings("mis"), [mis(script)]) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        stated(hub, "printhub.job.changed", {"job": "J1", "quantity": 7}, traceparent=GIVEN)

        [notice] = hub.hub.store.read(lambda tx: events.by_type(tx, StaffNotice.type))
        body = hub.hub.store.read(lambda tx: events.body(tx, notice.payload_id) if notice.payload_id else None)

    assert trace_id(notice.traceparent) == TRACE
    assert body is not None
    assert read_event(body).traceparent == notice.traceparent
    assert notice.traceparent != GIVEN


def test_a_header_that_the_adapter_gives_itself_stays(partner: responses.RequestsMock) -> None:
    script = Script()
    own = f"00-{'1' * 32}-{SPAN}-01"

    def call(_message: object, call: Call) -> Report:
        call.http.request("POST", ORDERS, headers={"Traceparent": own}, body="{}")
        return Report.done("R")

    script.default("notify", call)
    with MemoryHub(settings("mis"), [mis(script)]) as hub:
        stated(hub, "printhub.order.placed", order(), traceparent=GIVEN)
        hub.run()

    assert [request.request.headers["traceparent"] for request in partner.calls] == [own]
