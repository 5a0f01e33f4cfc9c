"""Invariant 5: bulkheads and fair share. That one that hangs slows no other is in tests/integration/test_serving.py."""

from collections import Counter

import pytest

from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import Misconfigured, Rejected, Scope, Unavailable
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.script import Script
from tests.invariants.shop import job, mis, order, settings

DONE, READY, FAILED = DeliveryState.DONE, DeliveryState.READY, DeliveryState.FAILED


def flood(hub: MemoryHub, storefront: str, count: int, prefix: str) -> None:
    for number in range(count):
        name = f"{prefix}{number}"
        hub.emit("printhub.order.placed", order(f"O-{name}", [job(name)]), storefront=storefront)


def state(hub: MemoryHub, number: str, instance: str = "mis") -> DeliveryState:
    return hub.deliveries(number, instance)[0].state


@pytest.mark.parametrize("slots", [1, 4])
def test_the_flood_of_one_storefront_starves_no_other(slots: int) -> None:
    script = Script()
    with MemoryHub(settings(storefronts=("big", "small"), slots=slots), [mis(script)]) as hub:
        flood(hub, "big", 40, "B")
        flood(hub, "small", 5, "S")
        hub.run()

    order_of_calls = [call.subject[0] for call in script.asked("notify")]
    assert Counter(order_of_calls) == {"B": 40, "S": 5}
    # Turn about: when the small one is through, the big one has had about as many.
    assert order_of_calls.index("S") <= slots
    last_small = max(place for place, letter in enumerate(order_of_calls) if letter == "S")
    assert last_small < 2 * 5 + slots


def test_a_credential_that_is_wrong_for_one_storefront_pauses_only_that_one() -> None:
    script = Script()
    script.answer("notify", Misconfigured("its key is refused", Scope.STOREFRONT), job="A0")
    with MemoryHub(settings(storefronts=("a", "b"), slots=1), [mis(script)]) as hub:
        flood(hub, "a", 1, "A")
        hub.run()
        flood(hub, "a", 5, "AA")
        flood(hub, "b", 5, "B")
        hub.run()

        assert {state(hub, f"B{number}") for number in range(5)} == {DONE}
        assert {state(hub, number) for number in ("A0", "AA0", "AA4")} == {READY}
        assert len(script.asked("notify", "A0")) == 1


def test_one_bad_message_fails_alone() -> None:
    script = Script()
    script.answer("notify", Misconfigured("no printer takes it", Scope.DELIVERY), job="J1")
    script.answer("notify", Rejected("the page is too large"), job="J2")
    with MemoryHub(settings(), [mis(script)]) as hub:
        hub.emit("printhub.order.placed", order(jobs=[job(f"J{number}") for number in range(1, 5)]))
        hub.run()

        assert [state(hub, f"J{number}") for number in range(1, 5)] == [FAILED, FAILED, DONE, DONE]


def test_the_breaker_of_one_instance_leaves_the_others_alone() -> None:
    down, up = Script(), Script()
    down.default("notify", Unavailable("down"))
    with MemoryHub(settings("mis", "second", slots=1, breaker_after=3), [mis(down), mis(up, "second")]) as hub:
        flood(hub, "shop", 10, "J")
        hub.run()

        assert len(down.asked("notify")) == 3
        assert {state(hub, f"J{number}", "second") for number in range(10)} == {DONE}
