"""Invariant 6: holds are data, not errors, and are looked at again in the transaction that claims."""

import pytest

from printhub.core.flow.claim import Claim
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.verbs import Mode
from printhub.testing.script import Script
from tests.invariants.shop import memory_hub, order

AFTER_CLAIMABLE = {
    "blocked": ("printhub.job.blocked", {"job": "J1"}),
    "unpaid": ("printhub.order.payment_changed", {"order": "O1", "payment_status": "Voided"}),
    "unapproved": ("printhub.job.rejected", {"job": "J1"}),
    "awaiting(proof)": ("printhub.job.awaiting", {"job": "J1", "matter": "proof"}),
    "future": ("printhub.order.scheduled", {"order": "O1", "release_at": "2030-01-01T00:00:00Z"}),
}


def test_a_held_delivery_lists_all_that_holds_it_in_words() -> None:
    with memory_hub(Script()) as hub:
        hub.emit("printhub.order.placed", order(payment_status="Pending"))
        hub.emit("printhub.job.blocked", {"job": "J1"})
        hub.emit("printhub.job.awaiting", {"job": "J1", "matter": "proof"})
        hub.run()

        [delivery] = hub.deliveries("J1")
        assert delivery.state is DeliveryState.HELD
        assert {str(one) for one in delivery.obstacles} == {"blocked", "unpaid", "awaiting(proof)"}
        assert all(one.detail and one.detail in delivery.reason for one in delivery.obstacles)
        assert delivery.attempts == 0
        assert hub.notices() == []


@pytest.mark.parametrize("name", AFTER_CLAIMABLE)
def test_a_hold_that_comes_before_the_claim_is_seen_by_it(name: str) -> None:
    script = Script()
    with memory_hub(script) as hub:
        hub.emit("printhub.order.placed", order())
        assert hub.deliveries("J1")[0].state is DeliveryState.READY
        hub.emit(*AFTER_CLAIMABLE[name])
        hub.run()

        assert [str(one) for one in hub.deliveries("J1")[0].obstacles] == [name]
    assert script.calls == ()


def test_the_claim_itself_looks_at_the_holds_again() -> None:
    """The instance became a live one under a delivery that was ready for a test: only the claim can notice."""
    script = Script()
    with memory_hub(script) as hub:
        hub.emit("printhub.order.placed", order())
        assert hub.deliveries("J1")[0].state is DeliveryState.READY
        changed = hub.hub.settings.instances["mis"].model_copy(update={"mode": Mode.LIVE})
        written = hub.hub.settings.model_dump(mode="json", include={"storefronts", "routes"})
        section = {"adapter": "mis", "mode": str(changed.mode), "retry": {"jitter": 0.0}}
        hub.restart({**written, "instances": {"mis": section}})
        hub.run()

        assert [str(one) for one in hub.deliveries("J1")[0].obstacles] == ["test_live"]
    assert script.calls == ()


def test_a_claim_takes_nothing_that_is_held() -> None:
    with memory_hub(Script()) as hub:
        hub.emit("printhub.order.placed", order(payment_status="Pending"))
        [bench] = hub.hub.benches
        assert bench.take(5) == []

        hub.emit("printhub.order.payment_changed", {"order": "O1", "payment_status": "Paid"})
        [claim] = bench.take(5)
        assert isinstance(claim, Claim)
        assert bench.take(5) == []
