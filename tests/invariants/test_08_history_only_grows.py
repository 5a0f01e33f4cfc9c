"""Invariant 8: history only grows. That the current status is a pure function of it is in tests/unit/model."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import ActRefused, OutcomeUnknown, Rejected, Unavailable
from printhub.core.model.history import current
from printhub.core.model.reports import Absent, Report
from printhub.core.store import acts, deliveries
from printhub.core.store.acts import Act
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.script import Script
from tests.invariants.shop import LOOKUP, memory_hub, order


def block(hub: MemoryHub) -> None:
    hub.hub.acts.jobs.block("J1", by="operator:kim", why="a check")


def release(hub: MemoryHub) -> None:
    hub.hub.acts.jobs.release("J1", by="operator:kim", why="checked")


STEPS: dict[str, Callable[[MemoryHub], object]] = {
    "placed": lambda hub: hub.emit("printhub.order.placed", order()),
    "unavailable": lambda hub: hub.run(),
    "unknown": lambda hub: hub.advance(timedelta(seconds=11)),
    "absent": lambda hub: hub.advance(timedelta(seconds=31)),
    "refused": lambda hub: hub.advance(timedelta(hours=1)),
    "blocked": block,
    "retriggered": lambda hub: hub.retrigger(hub.deliveries("J1")[0].id),
    "released": release,
    "done": lambda hub: hub.run(),
    "changed": lambda hub: hub.emit("printhub.job.changed", {"job": "J1", "quantity": 7}),
    "reprinted": lambda hub: hub.reprint("J1"),
    "cancelled": lambda hub: hub.emit("printhub.order.cancelled", {"order": "O1"}),
    "ended": lambda hub: hub.run(),
}


def test_what_was_written_stays_as_it_was_written_whatever_happens_afterwards() -> None:
    script = Script()
    script.answer("notify", Unavailable("down"), OutcomeUnknown("the line broke"), Rejected("no"), Report.done("R"))
    script.answer("lookup", Absent())
    with memory_hub(script, effects=LOOKUP) as hub:
        history: list[object] = []
        attempts: list[object] = []
        done: list[Act] = []
        for name, step in STEPS.items():
            step(hub)
            now = [_as_written(entry) for entry in hub.history("J1")]
            assert now[: len(history)] == history, name
            history = now
            made = [a for one in hub.deliveries("J1") for a in _attempts(hub, one.id)]
            assert all(attempt in made for attempt in attempts), name
            attempts = made
            acted = hub.hub.store.read(lambda tx: acts.listed(tx, 100))
            assert acted[len(acted) - len(done) :] == done, name
            done = acted
            holder = current(hub.history("J1"))
            assert hub.current("J1") is (holder.status if holder else None)

        assert len(attempts) == 5
        assert [act.act for act in reversed(done)] == ["block", "retrigger", "release", "reprint"]
        assert all(entry.removed_by for entry in hub.history("J1") if entry.status == "Blocked")


def _as_written(entry: object) -> object:
    """Without the removal, which is a row beside the entry."""
    return [
        getattr(entry, name) for name in ("id", "status", "detail", "at", "received_at", "by", "epoch", "source_id")
    ]


def _attempts(hub: MemoryHub, id_: object) -> list[object]:
    return list(hub.hub.store.read(lambda tx: deliveries.attempts(tx, id_)))  # type: ignore[arg-type] # a UUID


@pytest.mark.parametrize("why", ["", "  "])
def test_an_act_without_a_reason_is_refused_and_changes_nothing(why: str) -> None:
    script = Script()
    script.answer("notify", Rejected("no"))
    with memory_hub(script) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        before = hub.history("J1")

        with pytest.raises(ActRefused, match="say why"):
            hub.retrigger(hub.deliveries("J1")[0].id, why=why)
        with pytest.raises(ActRefused, match="say why"):
            hub.hub.acts.jobs.block("J1", by="operator:kim", why=why)

        assert hub.history("J1") == before
        assert hub.deliveries("J1")[0].state is DeliveryState.FAILED
        assert hub.hub.store.read(lambda tx: acts.listed(tx, 10)) == []
