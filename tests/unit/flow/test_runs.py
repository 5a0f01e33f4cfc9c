"""Runs of one delivery: only the newest one can be sent again or retriggered."""

import pytest

from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import ActRefused, Rejected
from printhub.core.model.reports import Report
from printhub.testing.script import Script
from tests.invariants.shop import memory_hub, order

DONE, FAILED = DeliveryState.DONE, DeliveryState.FAILED


def test_an_old_run_cannot_be_sent_again() -> None:
    script = Script()
    with memory_hub(script) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        [old] = hub.deliveries("J1")
        hub.reprint("J1")
        hub.run()

        with pytest.raises(ActRefused, match="was sent again since"):
            hub.send_again(old.id)
        new = hub.deliveries("J1")[-1]
        hub.send_again(new.id)
        hub.run()

        assert [(one.run, one.state) for one in hub.deliveries("J1")] == [(1, DONE), (2, DONE), (3, DONE)]
    assert len({call.key for call in script.asked("notify")}) == 3


def test_an_old_run_that_failed_is_not_retriggered_beside_the_new_one() -> None:
    script = Script()
    script.answer("notify", Rejected("no"), Report.done("R"))
    with memory_hub(script) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        hub.reprint("J1")
        hub.run()

        with pytest.raises(ActRefused, match="was sent again since"):
            hub.retrigger(hub.deliveries("J1")[0].id)
        hub.run()

        assert [one.state for one in hub.deliveries("J1")] == [FAILED, DONE]
    assert len(script.asked("notify")) == 2
