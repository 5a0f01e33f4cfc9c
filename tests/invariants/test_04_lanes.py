"""Invariant 4: lanes keep order, and a stuck one holds nothing but itself. The store's part is in tests/contract."""

from datetime import timedelta

import pytest

from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import OutcomeUnknown, Rejected, Unavailable
from printhub.core.model.reports import Report
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.script import AfterSending, Answer, Script, after_sending
from printhub.testing.scripted import scripted_status
from tests.invariants.shop import job, mis, order, settings

STUCK: dict[str, Answer] = {
    "unknown": after_sending(OutcomeUnknown("the connection broke")),
    "retrying": Unavailable("down"),
    "accepted": Report.accepted("R"),
    "waiting for an action": Report.action_required("confirm the paper"),
    "failed": Rejected("no"),
}


@pytest.mark.parametrize("name", STUCK)
def test_a_stuck_lane_holds_nothing_but_itself(name: str) -> None:
    script = Script()
    script.answer("notify", STUCK[name], job="J1")
    jobs = [job(f"J{number}") for number in range(1, 6)]
    with MemoryHub(settings(slots=1), [mis(script, verbs=("notify", "manifest"))]) as hub:
        hub.emit("printhub.order.placed", order(jobs=jobs))
        hub.run()

        for number in range(2, 6):
            assert {one.state for one in hub.deliveries(f"J{number}")} == {DeliveryState.DONE}


def test_an_unknown_call_keeps_its_lane_until_it_is_settled() -> None:
    script = Script()
    script.answer("notify", OutcomeUnknown("the connection broke"))
    with MemoryHub(settings(), [mis(script, verbs=("notify", "cancel"))]) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        hub.emit("printhub.order.cancelled", {"order": "O1"})
        hub.advance(timedelta(days=1))
        assert script.asked("cancel") == []

        hub.settle(hub.deliveries("J1")[0].id, done="R")
        hub.run()
        assert len(script.asked("cancel")) == 1


def statuses_told(script: Script) -> list[object]:
    found = [call.message.event.data for call in script.asked("publish")]  # type: ignore[union-attr] # a status message
    return [data["status"] for data in found if isinstance(data, dict)]


def test_the_storefront_hears_of_a_jobs_statuses_in_their_order_whatever_fails() -> None:
    script, web = Script(), Script()
    web.answer("publish", Unavailable("down"), Unavailable("down"))
    with MemoryHub(settings("mis", "web"), [mis(script), scripted_status(web, name="web")]) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        assert statuses_told(web) == ["Ordered"]  # the later one waits for it

        hub.advance(timedelta(minutes=1))
        assert statuses_told(web) == ["Ordered", "Ordered"]
        hub.advance(timedelta(minutes=1))
        assert statuses_told(web) == ["Ordered", "Ordered", "Ordered", "MisNotified"]


@pytest.mark.parametrize("gone", [Rejected("too old"), after_sending(RuntimeError("a fault"))])
def test_a_status_that_was_lost_for_good_is_a_gap_and_no_dam(gone: Exception | AfterSending) -> None:
    script, web = Script(), Script()
    web.answer("publish", gone)
    with MemoryHub(settings("mis", "web"), [mis(script), scripted_status(web, name="web")]) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        lost = next(one for one in hub.deliveries("J1", "web"))
        if lost.state is DeliveryState.UNKNOWN:
            assert statuses_told(web) == ["Ordered"]
            hub.settle(lost.id, why="their log does not show it")
            hub.run()

        assert statuses_told(web) == ["Ordered", "MisNotified"]
