"""Faults that were found in how events come in and how work is planned, each as the case that showed it."""

from datetime import timedelta
from typing import Any

import pytest

from printhub.core.model.adapter import Adapter
from printhub.core.model.errors import ActRefused, OutcomeUnknown
from printhub.core.model.reports import Progress as Reported
from printhub.core.model.signals import Progress
from printhub.core.model.statuses import JobStatus
from printhub.core.store.events import EventState
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.script import Script, after_sending
from printhub.testing.scripted import scripted_status
from tests.invariants.shop import KEYED, job, memory_hub, mis, order, settings

PRINTED = (Reported(status=JobStatus.PRINTED),)


def test_a_job_from_the_basket_may_be_added_before_its_order_is_placed() -> None:
    with memory_hub(Script(), effects=KEYED) as hub:
        hub.emit("printhub.job.created", {"job": job("J2")})
        hub.emit("printhub.job.added", {"order": "O1", "job": job("J2")})

        placed = hub.emit("printhub.order.placed", order())

        assert placed.accepted, placed.reason
        assert not hub.early()
        assert [str(one.status) for one in hub.history("J2")] == ["InBasket", "Ordered"]


def test_an_early_event_that_cannot_be_applied_costs_nobody_but_itself() -> None:
    with memory_hub(Script(), effects=KEYED) as hub:
        hub.emit("printhub.job.added", {"order": "O2", "job": job("J1")}, id="taken")
        hub.emit("printhub.order.placed", order("O1"))
        hub.emit("printhub.job.blocked", {"job": "J9", "why": "look at it"})

        placed = hub.emit("printhub.order.placed", order("O2", [job("J9")]))

        assert placed.accepted, placed.reason
        assert hub.current("J9") is JobStatus.BLOCKED
        assert [(one.code, one.source_id) for one in hub.refused()] == [("job_taken", "taken")]
        assert [one.source_id for one in hub._events(EventState.REFUSED)] == ["taken"]  # noqa: SLF001 - no list of its own
        assert not hub.early()


def test_a_job_of_another_order_is_refused_under_its_own_code() -> None:
    with memory_hub(Script(), effects=KEYED) as hub:
        hub.emit("printhub.order.placed", order("O1"))

        again = hub.emit("printhub.order.placed", order("O2", [job("J1"), job("J9")]))

        assert (again.refused, again.code) == (True, "job_taken")
        assert hub.history("J9") == []


def _published(script: Script) -> list[Any]:
    messages: list[Any] = [call.message for call in script.asked("publish")]
    return [message.event for message in messages]


def _aside(name: str, *names: str, aside: bool) -> dict[str, Any]:
    return settings(*names, each={name: {"set_aside": "its plugin is broken"}} if aside else None)


def test_statuses_of_the_time_when_a_status_plugin_was_set_aside_are_published_in_order_once_it_is_back() -> None:
    script = Script()
    adapters: list[type[Adapter[Any]]] = [
        mis(script, effects=KEYED),
        scripted_status(script, name="hook", effects=KEYED),
    ]
    with MemoryHub(_aside("hook", "mis", "hook", aside=True), adapters) as hub:
        hub.emit("printhub.job.created", {"job": job("J1")})
        hub.advance(timedelta(seconds=1))
        hub.emit("printhub.order.placed", order())
        hub.run()
        assert script.asked("publish") == []

        hub.restart(_aside("hook", "mis", "hook", aside=False))
        hub.advance(timedelta(hours=1))

        assert [event.data["status"] for event in _published(script)] == ["Ordered", "MisNotified"]


def test_a_cancellation_of_the_time_when_the_mis_plugin_was_set_aside_is_sent_once_it_is_back() -> None:
    script = Script()
    with MemoryHub(_aside("mis", "mis", aside=False), [mis(script, effects=KEYED, verbs=("notify", "cancel"))]) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        hub.restart(_aside("mis", "mis", aside=True))
        hub.emit("printhub.order.cancelled", {"order": "O1"})
        hub.advance(timedelta(hours=1))

        hub.restart(_aside("mis", "mis", aside=False))
        hub.advance(timedelta(minutes=2))

        assert len(script.asked("cancel")) == 1


def test_an_act_whose_reason_is_too_long_is_refused_and_changes_nothing() -> None:
    with memory_hub(Script(), effects=KEYED) as hub:
        hub.emit("printhub.order.placed", order())

        with pytest.raises(ActRefused, match="2000 characters"):
            hub.hub.acts.jobs.block("J1", by="operator:kim", why="x" * 2001)
        hub.hub.acts.jobs.block("J1", by="operator:kim", why="x" * 2000)

        assert [one.detail for one in hub.history("J1") if one.status is JobStatus.BLOCKED] == ["x" * 2000]


@pytest.mark.parametrize("why", ["a\0b", "caf\udce9"])
def test_an_act_whose_reason_is_no_text_is_refused_and_changes_nothing(why: str) -> None:
    with memory_hub(Script(), effects=KEYED) as hub:
        hub.emit("printhub.order.placed", order())

        with pytest.raises(ActRefused, match="plain text"):
            hub.hub.acts.jobs.block("J1", by="operator:kim", why=why)
        with pytest.raises(ActRefused, match="plain text"):
            hub.hub.acts.instances.pause("mis", "", by="operator:kim", why=why)

        assert hub.current("J1") is JobStatus.ORDERED


def test_a_reference_that_is_none_settles_nothing() -> None:
    script = Script()
    script.default("notify", after_sending(OutcomeUnknown("timeout")))
    with memory_hub(script, verbs=("notify",)) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        [delivery] = hub.deliveries("J1")

        with pytest.raises(ActRefused, match="256 characters"):
            hub.settle(delivery.id, done="x" * 300)

        assert hub.deliveries("J1") == [delivery]


def test_a_signal_with_a_long_id_counts_once_and_one_that_makes_no_event_is_kept_by_itself() -> None:
    with memory_hub(Script(), effects=KEYED) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        good = Progress(job="J1", dedupe="x" * 600, progress=PRINTED)
        bad = Progress(reference="y" * 600, progress=PRINTED)

        receipts = hub.signals("mis", [bad, good, good])

        assert [str(one.taken) for one in receipts] == ["refused", "accepted", "repeated"]
        assert [one.code for one in hub.refused()] == ["unreadable_signal"]
        assert hub.current("J1") is JobStatus.PRINTED


def test_what_is_told_to_the_outside_says_which_event_caused_it() -> None:
    script = Script()
    with MemoryHub(settings("hook"), [scripted_status(script, name="hook", effects=KEYED)]) as hub:
        placed = hub.emit("printhub.order.placed", order())
        hub.run()

        [event] = _published(script)
        assert event.extensions == {"causationid": str(placed.event_id), "causationdepth": 1}
