"""Faults that people found who used the hub for the first time."""

import pytest

from printhub import OutcomeUnknown
from printhub.core.model.dossier import TimerKind
from printhub.core.model.errors import ActRefused
from printhub.core.store import timers
from printhub.testing import Script, after_sending
from tests.invariants.shop import memory_hub, order


def test_firing_no_timer_takes_no_timer_away() -> None:
    with memory_hub(Script()) as hub:
        due = {(TimerKind.RESUME, "mis/"): hub.clock()}
        hub.hub.store.write(lambda tx: timers.put(tx, due))

        hub.hub.store.write(lambda tx: timers.done(tx, [], hub.clock()))

        found = hub.hub.store.read(lambda tx: timers.due(tx, hub.clock(), [TimerKind.RESUME], 9))
        assert found == list(due)


def test_what_is_settled_as_done_has_to_name_the_partners_reference() -> None:
    script = Script()
    script.answer("notify", after_sending(OutcomeUnknown("timeout")))
    with memory_hub(script) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        delivery = next(d for d in hub.deliveries("J1") if d.verb == "notify")

        with pytest.raises(ActRefused, match="reference"):
            hub.settle(delivery.id, done=" ")

        assert hub.settle(delivery.id, done="M-7").reference == "M-7"


def test_a_refused_event_that_can_be_read_is_kept_with_its_id_and_source() -> None:
    raw = b'{"id": "b8", "source": "https://shop.example", "specversion": "1.0", "type": "x", "time": "yesterday"}'
    with memory_hub(Script()) as hub:
        receipt = hub.hub.intake.take_raw(raw)

        assert receipt.refused
        assert [(r.source, r.source_id) for r in hub.refused()] == [("https://shop.example", "b8")]
