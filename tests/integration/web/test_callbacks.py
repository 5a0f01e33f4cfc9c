"""Callbacks of partners by the door: proved, kept as they came, answered at once, and taken in after that."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from requests import Response

from printhub.core.model.access import Role
from printhub.core.model.adapter import Adapter
from printhub.core.model.call import Call
from printhub.core.model.errors import Refused, Unavailable
from printhub.core.model.reports import Absent, CannotTell, Found, Progress, Report
from printhub.core.model.signals import Answer, InboundRequest, LookAgain, Received, Settled
from printhub.core.model.signals import Progress as ProgressSignal
from printhub.core.model.statuses import JobStatus
from printhub.core.store import callbacks, events
from printhub.testing import Script
from printhub.testing.memory_hub import MemoryHub
from tests.integration.web.door import Caller, answering, give_token
from tests.invariants.shop import LOOKUP, mis, order, settings
from tests.scenarios.words import status_named

SECRET = b"a secret of the partner"


def listening(script: Script) -> type[Adapter[Any]]:
    """A scripted MIS that calls back: signed, in JSON or in a query."""
    plain = mis(script, effects=LOOKUP)

    class Listening(plain):  # type: ignore[misc, valid-type] # made by a function
        def verify(self, request: InboundRequest) -> None:
            said = request.body or request.query.get("id", "").encode()
            signed = request.headers.get("x-signature", "") or request.query.get("signature", "")
            if not hmac.compare_digest(signature(said), signed):
                raise Refused("the signature does not fit")

        def read(self, request: InboundRequest) -> Received:
            if request.purpose == "ping":
                return Received([LookAgain(reference=request.query["id"])], Answer(body=b"[OK]"))
            said = json.loads(request.body)
            if said.get("silent"):
                return Received([])
            if "failed" in said:
                return Received([Settled(reference=said["id"], refused=said["failed"], dedupe=said["number"])])
            progress = Progress(status=status_named(said["status"]))
            signal = ProgressSignal(reference=said["id"], progress=(progress,), dedupe=said["number"])
            return Received([signal], Answer(status=201, body=b'{"taken": true}', media_type="application/json"))

    return Listening


def signature(body: bytes) -> str:
    return hmac.new(SECRET, body, hashlib.sha256).hexdigest()


@pytest.fixture
def script() -> Script:
    """A MIS that took the job under the number R-1."""
    found = Script()
    found.default("notify", Report.accepted("R-1"))
    return found


@pytest.fixture
def hub(script: Script) -> Iterator[MemoryHub]:
    """A hub whose MIS calls back; it was told of a job."""
    with MemoryHub(settings(), [listening(script)]) as made:
        made.emit("printhub.order.placed", order())
        made.run()
        yield made


@pytest.fixture
def partner(hub: MemoryHub) -> Iterator[Caller]:
    """The partner, who has no token."""
    with answering(hub.hub) as base:
        yield Caller(base, None)


def tell(partner: Caller, *, signed: bytes | None = None, **said: object) -> Response:
    body = json.dumps({"id": "R-1", "number": "1", **said}).encode()
    headers = {"X-Signature": signature(body if signed is None else signed)}
    return partner("POST", "/in/mis/status", data=body, headers=headers)


def kept(hub: MemoryHub) -> list[callbacks.Callback]:
    return list(hub.hub.store.read(lambda tx: callbacks.listed(tx, limit=100)).items)


def body_of(hub: MemoryHub, found: callbacks.Callback) -> bytes | None:
    return hub.hub.store.read(lambda tx: events.body(tx, found.payload_id))


def statuses(hub: MemoryHub, job: str = "J1") -> list[JobStatus]:
    return [entry.status for entry in hub.history(job)]


def test_it_is_answered_as_the_partner_expects_and_taken_in_after_that(hub: MemoryHub, partner: Caller) -> None:
    answer = tell(partner, status="MisOrderProcessed")

    assert (answer.status_code, answer.json()) == (201, {"taken": True})
    assert answer.headers["Content-Type"] == "application/json"
    assert JobStatus.MIS_ORDER_PROCESSED not in statuses(hub)
    hub.run()
    assert JobStatus.MIS_ORDER_PROCESSED in statuses(hub)
    [found] = kept(hub)
    assert (found.instance, found.purpose, found.signals, found.times) == ("mis", "status", 1, 1)
    assert found.taken_at is not None
    assert len(hub.hub.store.read(lambda tx: callbacks.events_of(tx, found.id))) == 1


def test_its_body_is_kept_as_it_came(hub: MemoryHub, partner: Caller) -> None:
    tell(partner, status="MisOrderProcessed", beside="what the adapter does not read")
    hub.run()

    [found] = kept(hub)
    assert (
        body_of(hub, found)
        == json.dumps(
            {"id": "R-1", "number": "1", "status": "MisOrderProcessed", "beside": "what the adapter does not read"}
        ).encode()
    )


def test_a_forged_one_changes_nothing_and_is_not_kept(hub: MemoryHub, partner: Caller) -> None:
    answer = tell(partner, signed=b"something else", status="MisOrderProcessed")

    assert answer.status_code == 401
    hub.run()
    assert kept(hub) == []
    assert hub.refused() == []
    assert JobStatus.MIS_ORDER_PROCESSED not in statuses(hub)


def test_a_repeated_one_is_one(hub: MemoryHub, partner: Caller) -> None:
    answers = {tell(partner, status="MisOrderProcessed").content for _ in range(2)}
    hub.run()
    answers.add(tell(partner, status="MisOrderProcessed").content)
    hub.run()

    assert answers == {b'{"taken": true}'}
    assert statuses(hub).count(JobStatus.MIS_ORDER_PROCESSED) == 1
    [found] = kept(hub)
    assert found.times == 3
    assert found.again_at is not None
    assert found.taken_at is not None


def test_a_replayed_message_in_another_dress_is_one_by_the_partners_own_id(hub: MemoryHub, partner: Caller) -> None:
    tell(partner, status="MisOrderProcessed")
    tell(partner, status="MisOrderProcessed", attempt=2)
    hub.run()

    assert statuses(hub).count(JobStatus.MIS_ORDER_PROCESSED) == 1
    # The second says something else under the same id of the partner's: it is kept and shown, and does nothing.
    assert len(kept(hub)) == 2


def test_those_that_come_in_another_order_come_to_the_same(hub: MemoryHub, partner: Caller) -> None:
    tell(partner, failed="the file cannot be opened", number="2")
    tell(partner, status="MisOrderProcessed", number="1")
    hub.run()

    assert {JobStatus.MIS_FAILED, JobStatus.MIS_ORDER_PROCESSED} <= set(statuses(hub))


def test_one_that_says_nothing_is_kept_and_done(hub: MemoryHub, partner: Caller) -> None:
    assert tell(partner, silent=True).status_code == 200

    [found] = kept(hub)
    assert (found.signals, found.taken_at is not None) == (0, True)


def test_one_that_cannot_be_read_is_kept_and_shown(hub: MemoryHub, partner: Caller) -> None:
    body = b"<xml/>"
    answer = partner("POST", "/in/mis/status", data=body, headers={"X-Signature": signature(body)})

    assert answer.status_code == 400
    assert [one.code for one in hub.refused()] == ["unreadable_callback"]


def test_what_nobody_knows_yet_waits_for_its_reference(hub: MemoryHub, partner: Caller, script: Script) -> None:
    script.default("notify", Report.done("R-2"))
    tell(partner, id="R-2", status="MisOrderProcessed")
    hub.run()
    assert [one.subject for one in hub.unattributed()] == ["R-2"]

    hub.emit("printhub.order.placed", order("O2", [{"id": "J2", "product_type": "Ordinary", "quantity": 1}]))
    hub.run()

    assert hub.unattributed() == []
    assert JobStatus.MIS_ORDER_PROCESSED in statuses(hub, "J2")


def test_a_ping_by_get_has_the_hub_look_each_time_that_it_comes(
    hub: MemoryHub, partner: Caller, script: Script
) -> None:
    script.answer("lookup", CannotTell("not yet"), Found(Report.done("R-1")))
    ping = {"id": "R-1", "signature": signature(b"R-1")}

    for asked in (1, 2):
        answer = partner.get("/in/mis/ping", **ping)
        hub.run()

        assert answer.content == b"[OK]"
        assert len(script.asked("lookup")) == asked
    assert [str(one.state) for one in hub.deliveries("J1")] == ["done"]


def test_what_waits_to_be_taken_in_when_the_hub_dies_is_taken_in_by_the_next(hub: MemoryHub, partner: Caller) -> None:
    tell(partner, status="MisOrderProcessed")

    hub.restart()
    hub.run()

    assert statuses(hub).count(JobStatus.MIS_ORDER_PROCESSED) == 1


def test_what_was_taken_in_and_not_noted_when_it_died_is_one(
    hub: MemoryHub, partner: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise RuntimeError("killed")

    tell(partner, status="MisOrderProcessed")
    with monkeypatch.context() as killed:
        killed.setattr(callbacks, "taken", dies)
        hub.run()
    assert JobStatus.MIS_ORDER_PROCESSED in statuses(hub)
    hub.advance(timedelta(minutes=2))

    assert statuses(hub).count(JobStatus.MIS_ORDER_PROCESSED) == 1
    assert kept(hub)[0].taken_at is not None


def test_a_stale_word_does_not_move_what_has_gone_on(hub: MemoryHub, partner: Caller) -> None:
    tell(partner, failed="the file cannot be opened", number="2")
    hub.run()
    failed = hub.deliveries("J1")[0]
    hub.retrigger(failed.id)
    tell(partner, failed="the file cannot be opened", number="2")  # said again, of what was before
    hub.run()

    assert statuses(hub).count(JobStatus.MIS_FAILED) == 1


def test_what_a_partner_said_of_a_customer_goes_with_the_customer(hub: MemoryHub, partner: Caller) -> None:
    tell(partner, status="MisOrderProcessed", whose="jane@example.org")
    tell(partner, id="R-9", number="9", status="MisOrderProcessed", whose="jane@example.org")
    hub.run()
    [notify] = hub.deliveries("J1")
    hub.settle(notify.id, done="R-1")

    done = hub.hub.acts.erasure.order("O1", by="operator:test", why="a test")
    assert done.left == []
    second, first = kept(hub)
    assert body_of(hub, first) is None
    assert body_of(hub, second) is not None
    named = hub.hub.acts.erasure.customer("shop", "jane@example.org", by="operator:test", why="a test")
    assert named.mentions == 1
    assert body_of(hub, second) is None


def test_callbacks_are_listed_for_those_who_may(hub: MemoryHub, partner: Caller) -> None:
    tell(partner, status="MisOrderProcessed")
    root = Caller(partner.base, give_token(hub.hub, Role.PLATFORM_ADMINISTRATOR))

    [listed] = root.get("/v1/callbacks", waiting=True).json()["items"]
    hub.run()
    shown = root.get(f"/v1/callbacks/{listed['id']}").json()

    assert (listed["instance"], listed["taken_at"]) == ("mis", None)
    assert len(shown["events"]) == 1
    assert root.get("/v1/callbacks", waiting=True).json()["items"] == []


# --- polling ----------------------------------------------------------------------------------------------------------


def asking(script: Script, news: list[object], cursors: list[object]) -> type[Adapter[Any]]:
    """A scripted MIS that is asked for news: each answer is what it says, or an error."""
    plain = mis(script, effects=LOOKUP)

    class Asking(plain):  # type: ignore[misc, valid-type] # made by a function
        def poll(self, cursor: object, call: Call) -> object:
            assert call.key == "poll"
            cursors.append(cursor)
            said = news.pop(0) if news else ([], cursor)
            if isinstance(said, Exception):
                raise said
            return said

    return Asking


def processed(number: str) -> ProgressSignal:
    progress = Progress(status=JobStatus.MIS_ORDER_PROCESSED)
    return ProgressSignal(reference="R-1", progress=(progress,), dedupe=number)


def test_a_partner_is_asked_again_and_again_from_where_it_came_to(script: Script) -> None:
    cursors: list[object] = []
    news: list[object] = [([processed("1")], {"page": 1}), ([processed("1"), LookAgain(reference="R-1")], {"page": 2})]
    script.default("lookup", Absent())
    with MemoryHub(settings(poll_every="10m"), [asking(script, news, cursors)]) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        assert cursors == [None]
        hub.advance(timedelta(minutes=9))
        assert cursors == [None]
        hub.advance(timedelta(minutes=1))
        hub.restart()
        hub.advance(timedelta(minutes=10))

        assert cursors == [None, {"page": 1}, {"page": 2}]
        assert len(script.asked("lookup")) == 1
        hub.advance(timedelta(minutes=1))
        assert statuses(hub).count(JobStatus.MIS_ORDER_PROCESSED) == 1


def test_a_partner_that_cannot_be_asked_is_asked_later_from_the_same_place(script: Script) -> None:
    cursors: list[object] = []
    news: list[object] = [
        ([], "a"),
        Unavailable("closed for lunch", retry_after=timedelta(hours=1)),
        RuntimeError("a bug"),
        ("no signals", object()),
        ([], "b"),
    ]
    with MemoryHub(settings(poll_every="10m"), [asking(script, news, cursors)]) as hub:
        hub.run()
        hub.advance(timedelta(minutes=10))
        hub.advance(timedelta(minutes=59))
        assert cursors == [None, "a"]
        for _ in range(4):
            hub.advance(timedelta(minutes=10))

    assert cursors == [None, "a", "a", "a", "a", "b"]


def test_an_instance_that_is_paused_is_not_asked(script: Script) -> None:
    cursors: list[object] = []
    with MemoryHub(settings(poll_every="10m"), [asking(script, [], cursors)]) as hub:
        hub.hub.acts.instances.pause("mis", "", by="operator:test", why="a test")
        hub.run()
        assert cursors == []
        hub.hub.acts.instances.resume("mis", "", by="operator:test", why="a test")
        hub.advance(timedelta(minutes=10))

    assert cursors == [None]
