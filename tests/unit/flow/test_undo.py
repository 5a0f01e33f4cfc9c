"""Undo: what can be taken back stands again as it was; what cannot says why."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.dossier import TimerKind
from printhub.core.model.errors import ActRefused, NotFound, Rejected, Unavailable
from printhub.core.model.reports import Report
from printhub.core.store import acts, instances
from printhub.core.store.acts import Act
from printhub.core.store.instances import Cause
from printhub.core.store.schema import timer
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.script import Answer, Script
from tests.invariants.shop import memory_hub, order
from tests.services.stores import examples

BY = "operator:test"
S = DeliveryState
VERBS = ("notify", "manifest", "assets", "cancel", "lookup")
ANSWERS: dict[str, Answer] = {
    "done": Report.done("R"),
    "rejected": Rejected("no such sheet"),
    "unavailable": Unavailable("down"),
    "action": Report.action_required("confirm the paper"),
}


def newest(hub: MemoryHub) -> Act:
    return hub.hub.store.read(lambda tx: acts.listed(tx, 1))[0]


def undo(hub: MemoryHub, act: Act | None = None) -> str:
    return hub.hub.acts.undo.undo(str((act or newest(hub)).id), by=BY, why="a mistake").now


def standing(hub: MemoryHub) -> list[tuple[object, ...]]:
    """All that an act may have changed and that its undoing has to put back."""
    retries = hub.hub.store.read(
        lambda tx: {row.subject: row.due_at for row in tx.execute(timer.select()) if row.kind == TimerKind.RETRY}
    )
    stops = hub.hub.store.read(lambda tx: [(s.name, s.storefront, s.cause) for s in instances.stops(tx) if s.stands])

    def seen(d: Delivery) -> tuple[object, ...]:
        return d.state, d.obstacles, d.reason, d.next_at, d.give_up_at, d.fingerprint, d.key, retries.get(str(d.id))

    return [*map(seen, hub.deliveries("J1")), ("stops", *stops)]


ACTS: dict[str, Callable[[MemoryHub, Delivery], object]] = {
    "cancel": lambda hub, delivery: hub.cancel_delivery(delivery.id),
    "skip": lambda hub, delivery: hub.skip(delivery.id),
    "block": lambda hub, _: hub.hub.acts.jobs.block("J1", by=BY, why="odd colours"),
    "release": lambda hub, _: hub.hub.acts.jobs.release("J1", by=BY, why="meant so"),
    "pause": lambda hub, _: hub.hub.acts.instances.pause("mis", by=BY, why="jam"),
    "pause for one": lambda hub, _: hub.hub.acts.instances.pause("mis", "shop", by=BY, why="jam"),
    "resume": lambda hub, _: hub.hub.acts.instances.resume("mis", by=BY, why="mended"),
}


@given(
    answers=st.lists(st.sampled_from(sorted(ANSWERS)), max_size=3),
    paid=st.booleans(),
    before=st.lists(st.sampled_from(["block", "pause"]), max_size=2, unique=True),
    which=st.integers(0, 1),
    act=st.sampled_from(sorted(ACTS)),
    wait=st.sampled_from([timedelta(), timedelta(seconds=5)]),
)
@hypothesis_settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_undone_stands_as_it_stood(
    answers: list[str], paid: bool, before: list[str], which: int, act: str, wait: timedelta
) -> None:
    script = Script()
    for verb, answer in zip(("notify", "manifest", "assets"), answers, strict=False):
        script.answer(verb, ANSWERS[answer])
    with memory_hub(script, verbs=VERBS) as hub:
        hub.emit("printhub.order.placed", order(payment_status="Paid" if paid else "Pending"))
        hub.run()
        hub.clock.advance(timedelta(seconds=1))
        for earlier in before:
            ACTS[earlier](hub, hub.deliveries("J1")[0])
        was = standing(hub)
        hub.clock.advance(timedelta(seconds=1))
        try:
            ACTS[act](hub, hub.deliveries("J1")[which])
        except ActRefused:
            assert standing(hub) == was
            return
        hub.clock.advance(wait)
        undo(hub)

        put_back = [(*entry[:4], None, *entry[5:]) for entry in standing(hub)]
        assert put_back == [(*entry[:4], None, *entry[5:]) for entry in was]
        with pytest.raises(ActRefused):
            undo(hub, hub.hub.store.read(lambda tx: acts.listed(tx, 2))[1])


def test_the_time_in_which_a_retry_was_cancelled_does_not_count() -> None:
    script = Script()
    script.default("notify", Unavailable("down"))
    with memory_hub(script, retry={"jitter": 0.0, "give_up_after": "1h"}) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        [retrying] = hub.deliveries("J1")
        hub.cancel_delivery(retrying.id)
        hub.clock.advance(timedelta(days=2))
        undo(hub)
        hub.run()

        [again] = hub.deliveries("J1")
        assert again.state is S.RETRYING
        assert retrying.give_up_at
        assert again.give_up_at == retrying.give_up_at + timedelta(days=2)


def test_the_undoing_is_recorded_with_what_it_undoes() -> None:
    with memory_hub(Script()) as hub:
        hub.emit("printhub.order.placed", order())
        hub.hub.acts.jobs.block("J1", by=BY, why="odd colours")
        block = newest(hub)
        undo(hub)

        assert (newest(hub).act, newest(hub).undoes, newest(hub).why) == ("undo", block.id, "a mistake")
        assert hub.hub.store.read(lambda tx: acts.undone_by(tx, [block.id])) == {block.id: newest(hub)}
        with pytest.raises(ActRefused, match="do the first act again"):
            undo(hub)


def test_a_block_that_was_released_since_is_not_undone() -> None:
    with memory_hub(Script()) as hub:
        hub.emit("printhub.order.placed", order())
        hub.hub.acts.jobs.block("J1", by=BY, why="odd colours")
        block = newest(hub)
        hub.clock.advance(timedelta(seconds=1))
        hub.hub.acts.jobs.release("J1", by=BY, why="meant so")

        with pytest.raises(ActRefused, match="was released since"):
            undo(hub, block)


def test_a_pause_that_was_lifted_and_set_again_is_not_undone_by_its_first_act() -> None:
    with memory_hub(Script()) as hub:
        hub.hub.acts.instances.pause("mis", by=BY, why="jam")
        first = newest(hub)
        hub.clock.advance(timedelta(seconds=1))
        hub.hub.acts.instances.resume("mis", by=BY, why="mended")
        hub.hub.acts.instances.pause("mis", by=BY, why="another jam")

        with pytest.raises(ActRefused, match="was resumed since"):
            undo(hub, first)


def test_a_resume_that_had_a_breaker_tried_has_nothing_to_take_back() -> None:
    script = Script()
    script.default("notify", Unavailable("down"))
    with memory_hub(script, breaker_after=1) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        resumed = hub.hub.acts.instances.resume("mis", by=BY, why="it is back")

        assert [stop.cause for stop in resumed.tried] == [Cause.BREAKER]
        with pytest.raises(ActRefused, match="pause it instead"):
            undo(hub)


def test_an_act_of_an_older_version_says_that_nothing_was_kept() -> None:
    with memory_hub(Script()) as hub:
        hub.emit("printhub.order.placed", order())
        old = Act(hub.hub.rules.new_id(), hub.clock(), BY, "block", "J1", "odd colours")
        hub.hub.store.write(lambda tx: acts.record(tx, old))

        with pytest.raises(ActRefused, match="an older version"):
            undo(hub, old)
        with pytest.raises(NotFound, match="no act"):
            hub.hub.acts.undo.undo("0123456789", by=BY, why="x")


@pytest.mark.parametrize("unknown", [("nix", ""), ("mis", "nix")])
def test_what_is_not_configured_is_not_paused(unknown: tuple[str, str]) -> None:
    with memory_hub(Script()) as hub, pytest.raises(NotFound, match=r"the configuration has: (mis|shop)"):
        hub.hub.acts.instances.pause(*unknown, by=BY, why="jam")


def test_a_paused_instance_is_not_even_checked() -> None:
    script = Script()
    script.default("check", Report.done())
    with memory_hub(script, verbs=("notify", "check")) as hub:
        hub.hub.acts.instances.pause("mis", by=BY, why="jam")
        hub.emit("printhub.order.placed", order())
        hub.advance(timedelta(days=1))

        assert script.calls == ()
