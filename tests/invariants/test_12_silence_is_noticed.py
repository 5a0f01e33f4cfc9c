"""Invariant 12: silence is noticed, and everything that is "later" is a row in one table."""

from datetime import timedelta

import pytest

from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import OutcomeUnknown, Unavailable
from printhub.core.model.reports import Absent, CannotTell, Found, Report
from printhub.core.store.schema import timer
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.script import Script
from tests.invariants.shop import LOOKUP, memory_hub, order

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def rows(hub: MemoryHub) -> set[str]:
    return {row.kind for row in hub.hub.store.read(lambda tx: tx.execute(timer.select()).all())}


@pytest.mark.parametrize("restarted", [False, True])
def test_whatever_is_later_is_a_row_that_outlives_the_process(restarted: bool) -> None:
    script = Script()
    script.answer("notify", Unavailable("down"), OutcomeUnknown("the line broke"), Report.accepted("R"))
    script.answer("lookup", Absent(), CannotTell(), Found(Report.done("R")))
    with memory_hub(script, effects=LOOKUP) as hub:

        def later(by: timedelta) -> None:
            if restarted:
                hub.restart()
            hub.advance(by)

        at = hub.clock() + HOUR
        hub.emit("printhub.order.placed", order(release_at=at.isoformat()))
        assert rows(hub) == {"recheck"}
        later(HOUR)
        assert rows(hub) == {"retry"}
        later(MINUTE)
        assert rows(hub) == {"ask"}
        later(MINUTE)
        assert rows(hub) == {"retry"}  # it never arrived, and goes again when its time comes
        later(HOUR)
        assert (rows(hub), hub.deliveries("J1")[0].state) == ({"ask", "sign"}, DeliveryState.ACCEPTED)
        later(16 * MINUTE)
        assert rows(hub) == {"ask", "sign"}  # nobody could tell: asked again
        later(16 * MINUTE)
        assert (rows(hub), hub.deliveries("J1")[0].state) == (set(), DeliveryState.DONE)


def test_an_accepted_delivery_that_nobody_speaks_of_is_asked_after_again_and_again() -> None:
    script = Script()
    script.answer("notify", Report.accepted("R"))
    with memory_hub(script, effects=LOOKUP) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        for _ in range(5):
            hub.advance(16 * MINUTE)
        assert len(script.asked("lookup")) == 5
        [delivery] = hub.deliveries("J1")
        assert delivery.next_at is not None
        assert delivery.reason == "the partner has nothing to say yet"


def test_every_delivery_that_waits_names_its_reason_and_its_next_moment() -> None:
    script = Script()
    script.answer("notify", Unavailable("down for maintenance", 5 * MINUTE))
    with memory_hub(script) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        [delivery] = hub.deliveries("J1")

        assert delivery.reason == "down for maintenance"
        assert delivery.next_at == hub.clock() + 5 * MINUTE


def test_the_timers_do_not_run_hot_while_files_are_fetched() -> None:
    """A file that is due is the fetcher's; whoever waits for the next timer must not wake for it at once."""
    job = {"id": "J1", "product_type": "Static", "output": [{"name": "a.pdf", "url": "file:///nowhere/a.pdf"}]}
    with memory_hub(Script()) as hub:
        hub.emit("printhub.order.placed", order(jobs=[job]))

        assert rows(hub) == {"fetch"}
        assert hub.hub.timers.wait(MINUTE) == MINUTE


def test_staff_are_told_of_an_accepted_delivery_that_stays_silent() -> None:
    script = Script()
    script.answer("notify", Report.accepted("R"))
    with memory_hub(script) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        for _ in range(30):
            hub.advance(timedelta(days=1))
        [notice] = hub.notices()
        assert (notice.matter, notice.job, notice.instance) == ("overdue", "J1", "mis")
