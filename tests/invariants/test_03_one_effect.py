"""Invariant 3: attempted at least once, and one effect where the partner lets us.

That it holds over kill -9 is in tests/integration/test_serving_after_a_kill.py.
"""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from printhub.core.channels.mis.messages import JobTicket
from printhub.core.model.call import Call
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import OutcomeUnknown, Unavailable
from printhub.core.model.reports import Absent, CannotTell, Finding, Found, Report
from printhub.core.model.verbs import Effect, Verb
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.script import Script
from tests.invariants.shop import memory_hub, order
from tests.services.stores import examples

HOUR = timedelta(hours=1)


class Partner:
    """A MIS that may act before it fails, and is honest about it afterwards."""

    def __init__(self, fate: Sequence[str], effect: Effect) -> None:
        self.script = Script()
        self.script.default("notify", self._notify)
        self.script.default("lookup", self._lookup)
        self._fate = list(fate)
        self._keyed = Effect.KEYED in effect
        self.effects: list[str] = []

    def _notify(self, _ticket: JobTicket, call: Call) -> Report:
        fate = self._fate.pop(0) if self._fate else "done"
        if fate == "unavailable":
            raise Unavailable("come back later")
        call.sending()
        if fate == "lost on the way":
            raise OutcomeUnknown("the connection broke")
        if not (self._keyed and call.key in self.effects):
            self.effects.append(call.key)
        if fate == "answer lost":
            raise OutcomeUnknown("the connection broke")
        return Report.done(f"R{len(self.effects)}")

    def _lookup(self, _ticket: JobTicket, call: Call) -> Finding:
        return Found(Report.done("R1")) if call.key in self.effects else Absent()


def play(hub: MemoryHub) -> DeliveryState:
    hub.emit("printhub.order.placed", order())
    hub.run()
    for _ in range(12):
        hub.advance(HOUR)
    return hub.deliveries("J1")[0].state


@given(
    fate=st.lists(st.sampled_from(["unavailable", "lost on the way", "answer lost"]), max_size=5),
    effect=st.sampled_from([Effect.KEYED, Effect.LOOKUP, Effect.KEYED | Effect.LOOKUP]),
)
@hypothesis_settings(max_examples=examples(12), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_goes_wrong_a_partner_that_helps_has_exactly_one_effect(fate: list[str], effect: Effect) -> None:
    partner = Partner(fate, effect)
    with memory_hub(partner.script, effects={Verb.NOTIFY: effect}) as hub:
        assert play(hub) is DeliveryState.DONE

    assert len(partner.effects) == 1
    assert len({call.key for call in partner.script.asked("notify")}) == 1


@given(fate=st.lists(st.sampled_from(["unavailable", "lost on the way", "answer lost"]), max_size=4))
@hypothesis_settings(max_examples=examples(8), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_partner_that_cannot_help_is_never_sent_the_same_twice(fate: list[str]) -> None:
    partner = Partner(fate, Effect.BLIND)
    with memory_hub(partner.script) as hub:
        state = play(hub)

    doubtful = next((one for one in fate if one != "unavailable"), None)
    assert state is (DeliveryState.UNKNOWN if doubtful else DeliveryState.DONE)
    assert len(partner.effects) == (0 if doubtful == "lost on the way" else 1)
    assert len(partner.script.asked("notify")) == [*fate, "done"].index(doubtful or "done") + 1


def test_a_key_is_trusted_only_as_long_as_the_partner_keeps_it() -> None:
    partner = Partner(["answer lost"], Effect.KEYED)
    with memory_hub(partner.script, effects={Verb.NOTIFY: Effect.KEYED}, grace="2h", key_life="1h") as hub:
        assert play(hub) is DeliveryState.UNKNOWN
        assert "a person has to settle it" in hub.deliveries("J1")[0].reason
    assert len(partner.script.asked("notify")) == 1


def test_a_lookup_that_cannot_tell_sends_nothing_by_itself() -> None:
    partner = Partner(["answer lost"], Effect.LOOKUP)
    partner.script.default("lookup", CannotTell())
    with memory_hub(partner.script, effects={Verb.NOTIFY: Effect.LOOKUP}) as hub:
        assert play(hub) is DeliveryState.UNKNOWN
    assert len(partner.effects) == 1


@pytest.mark.parametrize("effect", [Effect.BLIND, Effect.KEYED, Effect.LOOKUP])
def test_the_key_stays_the_same_over_a_retrigger_unless_nothing_can_have_happened(effect: Effect) -> None:
    script = Script()
    script.answer("notify", Report.partial(frozenset(), "the rest was refused"), Report.done("R"))
    with memory_hub(script, effects={Verb.NOTIFY: effect}) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        hub.retrigger(hub.deliveries("J1")[0].id)
        hub.run()

    assert len({call.key for call in script.asked("notify")}) == 1
