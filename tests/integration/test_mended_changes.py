"""Data that changed while nobody knew whether the partner had been told: found by killing hubs."""

from datetime import timedelta

import pytest

from printhub.core.channels.mis.messages import JobTicket
from printhub.core.model.call import Call
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import OutcomeUnknown, Unavailable
from printhub.core.model.reports import Absent, Report
from printhub.core.model.verbs import Effect, Verb
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.script import Script, after_sending
from tests.invariants.shop import KEYED, LOOKUP, memory_hub, order

VERBS = ("notify", "update", "lookup")


def told(script: Script, verb: str = "notify") -> list[tuple[int, str]]:
    """What the partner was told, call by call: quantity and key."""
    return [(call.message.job.quantity, call.key) for call in script.asked(verb) if isinstance(call.message, JobTicket)]


def change(hub: MemoryHub) -> None:
    assert hub.emit("printhub.job.changed", {"job": "J1", "quantity": 250}).accepted


def test_a_call_that_never_arrived_says_what_changed_while_that_was_not_known() -> None:
    script = Script()
    script.answer("notify", after_sending(OutcomeUnknown("the connection was lost")))
    script.answer("lookup", Absent())
    with memory_hub(script, effects=LOOKUP, verbs=VERBS) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        change(hub)
        hub.advance(timedelta(minutes=1))

        first, second = told(script)
        assert (first[0], second[0]) == (100, 250)
        assert first[1] != second[1]  # another request under the same key would be refused
        assert told(script, "update") == []
        states = {one.verb: one.state for one in hub.deliveries("J1")}
        assert states == {Verb.NOTIFY: DeliveryState.DONE, Verb.UPDATE: DeliveryState.OBSOLETE}


@pytest.mark.parametrize(
    "effects", [KEYED, LOOKUP, dict.fromkeys(Verb, Effect.BLIND)], ids=["keyed", "lookup", "blind"]
)
def test_a_call_that_came_to_nothing_says_what_changed_while_it_was_made(effects: dict[Verb, Effect]) -> None:
    script = Script()
    with memory_hub(script, effects=effects, verbs=VERBS) as hub:

        def too_early(_message: object, _call: Call) -> Report:
            change(hub)
            raise Unavailable("lunch break")

        script.answer("notify", too_early)
        hub.emit("printhub.order.placed", order())
        hub.run()
        hub.advance(timedelta(minutes=5))

        assert [quantity for quantity, _ in told(script)] == [100, 250]
        assert told(script, "update") == []


def test_a_call_that_may_have_arrived_goes_again_as_it_was_and_the_update_follows() -> None:
    script = Script()
    script.answer("notify", after_sending(OutcomeUnknown("the connection was lost")))
    with memory_hub(script, effects=KEYED, verbs=VERBS) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        change(hub)
        hub.advance(timedelta(minutes=1))

        first, second = told(script)
        assert first == second
        assert [quantity for quantity, _ in told(script, "update")] == [250]


def test_what_changes_while_a_call_that_may_have_arrived_waits_to_go_again_follows_as_an_update() -> None:
    script = Script()
    script.answer("notify", after_sending(OutcomeUnknown("the connection was lost")))
    script.answer("notify", Unavailable("lunch break"))
    with memory_hub(script, effects=KEYED, verbs=VERBS, retry={"jitter": 0.0, "schedule": ["1h"]}) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        hub.advance(timedelta(minutes=1))
        [waiting] = hub.deliveries("J1")
        assert (waiting.state, waiting.harmless) == (DeliveryState.RETRYING, False)
        change(hub)
        hub.advance(timedelta(hours=1))

        assert [quantity for quantity, _ in told(script)] == [100, 100, 100]
        assert [quantity for quantity, _ in told(script, "update")] == [250]
