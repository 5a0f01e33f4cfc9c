"""The clock of the partner's next sign: whatever happens in whatever order, it runs for what is waited for alone."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from printhub.core.model.deliveries import Delivery, DeliveryState, newest_runs
from printhub.core.model.errors import ActRefused, Rejected, Unavailable
from printhub.core.model.reports import Absent, CannotTell, Found, Progress, Report
from printhub.core.model.signals import Progress as ProgressSignal
from printhub.core.model.signals import Settled
from printhub.core.model.statuses import JobStatus
from printhub.core.store.schema import delivery, timer
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.script import Answer, Script
from tests.invariants.shop import LOOKUP, memory_hub, order
from tests.services.stores import examples

HOUR = timedelta(hours=1)
EXPECT = {"notify": "4h", "manifest": "4h"}
WAITED_FOR = (DeliveryState.ACCEPTED, DeliveryState.DONE)

REPORTS: Mapping[str, Answer] = {
    "accepted": Report.accepted("R"),
    "done": Report.done("R"),
    "rejected": Rejected("no"),
    "unavailable": Unavailable("down"),
}
FINDINGS: Mapping[str, Answer] = {
    "found": Found(Report.done("R")),
    "absent": Absent(),
    "cannot tell": CannotTell(),
}
ACTS: Mapping[str, Callable[[MemoryHub], object]] = {
    "hour": lambda hub: hub.advance(HOUR),
    "day": lambda hub: hub.advance(24 * HOUR),
    "progress": lambda hub: hub.signals("mis", [progress()]),
    "settled": lambda hub: hub.signals("mis", [Settled(key=str(first(hub).id), report=Report.done("R"))]),
    "send again": lambda hub: hub.send_again(first(hub).id),
    "retrigger": lambda hub: hub.retrigger(first(hub).id),
    "settle": lambda hub: hub.settle(first(hub).id, done="R"),
    "shipped": lambda hub: hub.emit("printhub.order.shipped", {"order": "O1", "shipment": {"id": "S1"}}),
    "restart": MemoryHub.restart,
}
PLAYED = st.lists(st.sampled_from([*REPORTS, *FINDINGS, *ACTS]), max_size=8)


def play(hub: MemoryHub, script: Script, act: str) -> None:
    if act in REPORTS:
        script.default("notify", REPORTS[act])
        script.default("manifest", REPORTS[act])
    elif act in FINDINGS:
        script.default("lookup", FINDINGS[act])
    else:
        with suppress(ActRefused):
            ACTS[act](hub)
        hub.run()


def first(hub: MemoryHub) -> Delivery:
    return hub.deliveries("J1")[0]


def progress() -> ProgressSignal:
    return ProgressSignal(job="J1", progress=(Progress(status=JobStatus.IN_PRODUCTION),))


def clocks(hub: MemoryHub) -> set[UUID]:
    found = hub.hub.store.read(lambda tx: tx.execute(timer.select().where(timer.c.kind == "sign")).all())
    return {UUID(row.subject) for row in found}


@given(PLAYED)
@settings(max_examples=examples(30), deadline=None)
def test_a_clock_runs_for_what_is_waited_for_and_for_nothing_else(acts: list[str]) -> None:
    script = Script()
    with memory_hub(script, effects=LOOKUP, verbs=("notify", "manifest", "lookup"), expect=EXPECT) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        for act in acts:
            play(hub, script, act)
            found = hub.deliveries("J1")
            newest = {one.id for one in newest_runs(found).values()}
            running = clocks(hub)
            for one in found:
                watched = one.sign_due_at is not None
                assert not watched or (one.state in WAITED_FOR and one.id in newest), act
                assert (one.id in running) is (watched and one.overdue_since is None), act
                assert one.overdue_since is None or watched, act
                assert one.state is not DeliveryState.ACCEPTED or watched, "what was accepted is waited for"
                assert one.since is not None


def test_each_silence_is_told_once_and_a_new_one_is_told_again() -> None:
    script = Script()
    script.answer("notify", Report.accepted("R"))
    with memory_hub(script, expect={"notify": "4h"}) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        for _ in range(3):
            hub.advance(4 * HOUR)
        assert [notice.matter for notice in hub.notices()] == ["overdue"]

        play(hub, script, "progress")
        assert one(hub).overdue_since is None
        hub.advance(4 * HOUR)
        assert [notice.matter for notice in hub.notices()] == ["overdue", "overdue"]


def test_while_its_plugin_is_set_aside_nobody_counts_as_silent() -> None:
    script = Script()
    script.answer("notify", Report.accepted("R"))
    with memory_hub(script) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        there = hub.hub.rules.instances
        aside = dict(there)
        there.clear()  # type: ignore[attr-defined] # the rules are read-only for stations; this is the plugin's going
        hub.advance(30 * 24 * HOUR)
        assert one(hub).overdue_since is None

        there.update(aside)  # type: ignore[attr-defined] # and its coming back
        hub.advance(HOUR)
        assert one(hub).overdue_since is not None


def test_what_was_accepted_before_there_were_clocks_gets_one_when_it_is_next_asked_after() -> None:
    script = Script()
    script.answer("notify", Report.accepted("R"))
    with memory_hub(script, effects=LOOKUP) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        hub.hub.store.write(lambda tx: tx.execute(delivery.update().values(sign_due_at=None)))
        hub.hub.store.write(lambda tx: tx.execute(timer.delete().where(timer.c.kind == "sign")))
        hub.restart()  # a store remembers what it wrote by its own means

        hub.advance(HOUR)
        assert one(hub).sign_due_at == hub.clock() + 24 * HOUR


def one(hub: MemoryHub) -> Delivery:
    [found] = hub.deliveries("J1")
    return found
