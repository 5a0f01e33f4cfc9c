"""Events that met with a fault of the hub's are applied once more when it is mended, whoever stated them."""

import pytest

from printhub.core.flow import projection
from printhub.core.flow.acts.events import EventActs
from printhub.core.model.errors import ActRefused
from printhub.core.model.reports import Progress, Report
from printhub.core.model.signals import Progress as ProgressSignal
from printhub.core.model.statuses import JobStatus
from printhub.core.store.events import EventState
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.script import Script
from tests.invariants.shop import memory_hub, order


def retry(hub: MemoryHub, event: str) -> EventState:
    acts: EventActs = hub.hub.acts.events
    return acts.retry(event, by="operator:test", why="the hub is mended")


def broken(*_: object) -> None:
    raise RuntimeError("a fault of the hub")


def test_a_storefronts_event_that_a_fault_cost_is_taken_in_later(monkeypatch: pytest.MonkeyPatch) -> None:
    with memory_hub(Script()) as hub:
        with monkeypatch.context() as faulty:
            faulty.setattr(projection, "apply", broken)
            hub.emit("printhub.order.placed", order(), id="e1")
        assert [refusal.code for refusal in hub.refused()] == ["hub_fault"]

        assert retry(hub, "e1") is EventState.APPLIED
        assert len(hub.deliveries("J1")) == 1
        with pytest.raises(ActRefused, match="applied"):
            retry(hub, "e1")


def test_a_partners_word_that_a_fault_cost_is_taken_in_later(monkeypatch: pytest.MonkeyPatch) -> None:
    script = Script()
    script.default("notify", Report.done("R-1"))
    said = ProgressSignal(reference="R-1", progress=(Progress(status=JobStatus.PRINTED),))
    with memory_hub(script) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        with monkeypatch.context() as faulty:
            faulty.setattr("printhub.core.flow.callback.apply", broken)
            hub.signals("mis", [said])
        [refused] = hub.refused()

        assert retry(hub, str(refused.id)) is EventState.APPLIED
        assert hub.current("J1") is JobStatus.PRINTED


def test_what_still_meets_with_the_fault_leaves_everything_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    with memory_hub(Script()) as hub:
        monkeypatch.setattr(projection, "apply", broken)
        hub.emit("printhub.order.placed", order(), id="e1")

        with pytest.raises(RuntimeError):
            retry(hub, "e1")

        assert len(hub.refused()) == 1
        assert hub.deliveries("J1") == []


def test_an_event_that_waited_and_then_met_with_a_fault_is_applied_later(monkeypatch: pytest.MonkeyPatch) -> None:
    with memory_hub(Script()) as hub:
        hub.emit("printhub.job.blocked", {"job": "J1"}, id="early")
        with monkeypatch.context() as faulty:
            faulty.setattr("printhub.core.flow.taking.Taking.take_early", broken)
            hub.emit("printhub.order.placed", order())
        assert hub.deliveries("J1")[0].obstacles == ()

        assert retry(hub, "early") is EventState.APPLIED
        assert [obstacle.kind for obstacle in hub.deliveries("J1")[0].obstacles] == ["blocked"]
