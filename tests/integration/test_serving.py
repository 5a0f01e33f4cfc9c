"""A serving hub with all its threads: what is due is done, and nothing that hangs or fails holds up anything else."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import JsonValue

from printhub.core.channels.mis.adapter import MisAdapter
from printhub.core.channels.mis.messages import JobTicket
from printhub.core.channels.status.messages import StatusMessage
from printhub.core.flow.outcome import Attempted
from printhub.core.hub import Hub
from printhub.core.model.adapter import Adapter
from printhub.core.model.call import Call
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import Rejected, StoreUnavailable, Unavailable
from printhub.core.model.reports import Report
from printhub.core.serving import serving
from printhub.core.store import deliveries as rows
from printhub.core.store import dossiers
from printhub.testing.script import Asked, Script
from printhub.testing.scripted import ScriptedConfig, scripted_status
from tests.invariants.shop import (
    KEYED,
    all_deliveries,
    emit,
    job,
    mis,
    order,
    place,
    real_hub,
    settings,
    states,
    wait_until,
)

DONE, READY, RUNNING = DeliveryState.DONE, DeliveryState.READY, DeliveryState.RUNNING


def state_of(hub: Hub, number: str, instance: str = "mis") -> list[DeliveryState]:
    return [one.state for one in all_deliveries(hub) if one.instance == instance and one.subject == number]


def told_by(call: Asked) -> JsonValue:
    assert isinstance(call.message, StatusMessage)
    assert isinstance(call.message.event.data, dict)
    return call.message.event.data["status"]


def test_an_order_that_comes_in_is_told_to_the_mis_and_its_history_to_the_storefront(tmp_path: Path) -> None:
    script, web = Script(), Script()
    adapters = [mis(script, verbs=("notify", "manifest")), scripted_status(web, name="web")]
    with real_hub(tmp_path, settings("mis", "web"), adapters) as hub, serving(hub):
        emit(hub, "printhub.order.placed", order())
        web.wait_for("publish", count=3)
        wait_until(lambda: set(states(hub)) == {("mis", DONE), ("web", DONE)}, "all is done")

    told = [told_by(call) for call in web.asked("publish")]
    assert told == ["Ordered", "MisNotified", "MisManifested"]


def test_200_jobs_over_three_instances_and_the_one_that_hangs_holds_up_only_itself(tmp_path: Path) -> None:
    scripts = {name: Script() for name in ("mis", "second", "third")}
    free = threading.Event()

    def hangs(_message: object, _call: Call) -> Report:
        free.wait(60)
        return Report.done("R")

    scripts["third"].default("notify", hangs)
    adapters = [mis(script, name) for name, script in scripts.items()]
    with real_hub(tmp_path, settings(*scripts), adapters) as hub, serving(hub):
        numbers = place(hub, 200)
        scripts["third"].wait_for("notify", count=4)
        wait_until(lambda: states(hub).get(("mis", DONE)) == 200, "the first instance is done", 60)
        wait_until(lambda: states(hub).get(("second", DONE)) == 200, "the second instance is done", 60)

        assert states(hub)["third", RUNNING] == 4  # its slots, and not one more
        assert states(hub)["third", READY] == 196
        free.set()
        wait_until(lambda: states(hub).get(("third", DONE)) == 200, "the third instance is done as well", 60)

    for script in scripts.values():
        assert Counter(call.subject for call in script.calls) == Counter(numbers)


def test_never_are_two_calls_of_one_lane_made_at_once(tmp_path: Path) -> None:
    script, inside, most = Script(), Counter[str](), Counter[str]()
    lock = threading.Lock()

    def call(message: JobTicket, call: Call) -> Report:
        with lock:
            inside[message.job.id] += 1
            most[message.job.id] = max(most[message.job.id], inside[message.job.id])
        if call.verb == "notify" and call.attempt == 1:
            with lock:
                inside[message.job.id] -= 1
            raise Unavailable("a moment", timedelta())
        with lock:
            inside[message.job.id] -= 1
        return Report.done("R")

    for verb in ("notify", "manifest", "update"):
        script.default(verb, call)
    quick = {"jitter": 0.0, "schedule": ["1ms"], "give_up_after": "1h"}
    adapters = [mis(script, verbs=("notify", "manifest", "update"))]
    written = settings(retry=quick, slots=16, breaker_after=1000)
    with real_hub(tmp_path, written, adapters) as hub, serving(hub):
        numbers = place(hub, 30)
        for number in numbers:
            emit(hub, "printhub.job.changed", {"job": number, "quantity": 7})
        wait_until(lambda: not any(not state.is_end for _, state in states(hub)), "everything has ended", 60)

    assert set(most.values()) == {1}
    for number in numbers:
        verbs = [call.verb for call in script.calls if call.subject == number and call.verb != "update"]
        assert verbs == ["notify", "notify", "manifest"]
    assert Counter(call.subject for call in script.asked("notify")) == Counter(numbers * 2)


def test_a_retry_is_made_when_its_time_has_come(tmp_path: Path) -> None:
    script = Script()
    script.answer("notify", Unavailable("a moment"), Unavailable("a moment"))
    quick = {"jitter": 0.0, "schedule": ["20ms"], "give_up_after": "1h"}
    with real_hub(tmp_path, settings(retry=quick), [mis(script)]) as hub, serving(hub):
        place(hub, 1)
        calls = script.wait_for("notify", count=3)
        wait_until(lambda: states(hub) == {("mis", DONE): 1}, "it is done")

    assert [call.attempt for call in calls] == [1, 2, 3]
    assert len({call.key for call in calls}) == 1


def test_stopping_lets_the_calls_that_are_being_made_end_and_begins_no_other(tmp_path: Path) -> None:
    script, free = Script(), threading.Event()

    def slow(_message: object, _call: Call) -> Report:
        free.wait(30)
        return Report.done("R")

    script.default("notify", slow)
    with real_hub(tmp_path, settings(slots=2), [mis(script)]) as hub:
        with serving(hub):
            place(hub, 20)
            script.wait_for("notify", count=2)
            threading.Timer(0.2, free.set).start()
        asked = len(script.asked("notify"))

        assert states(hub) == {("mis", DONE): asked, ("mis", READY): 20 - asked}
        assert all(one.worker is None for one in all_deliveries(hub))


def test_stopping_at_any_moment_leaves_nothing_claimed_that_was_never_called(tmp_path: Path) -> None:
    script = Script()
    with real_hub(tmp_path, settings(slots=8), [mis(script)]) as hub:
        numbers = place(hub, 200)
        rounds = 0
        while states(hub).get(("mis", DONE), 0) < 200:
            with serving(hub):
                script.wait_for("notify", count=min(200, len(script.calls) + 5))
            assert (("mis", RUNNING) in states(hub)) is False
            assert ("mis", DeliveryState.UNKNOWN) not in states(hub)
            rounds += 1
        assert rounds > 1

    assert Counter(call.subject for call in script.asked("notify")) == Counter(numbers)


def test_a_call_that_never_ends_keeps_its_slot_and_lane_and_nothing_else(tmp_path: Path) -> None:
    script, never = Script(), threading.Event()

    def hangs(_message: object, _call: Call) -> Report:
        never.wait(60)
        return Report.done("R")

    script.answer("notify", hangs, job="J0000")
    with real_hub(tmp_path, settings(slots=2, timeout="50ms"), [mis(script)]) as hub:
        with serving(hub):
            place(hub, 30)
            wait_until(lambda: states(hub).get(("mis", DONE)) == 29, "the others are done")
            assert state_of(hub, "J0000") == [RUNNING]
            # Long past its deadline, and renewed leases or not: it is still the same call.
            hub.sweeper.step()
            assert state_of(hub, "J0000") == [RUNNING]
        # Stopping does not wait for it for ever; whoever starts next finds out.
        assert state_of(hub, "J0000") == [RUNNING]
        with real_hub(tmp_path, settings(), [mis(script)]) as after, serving(after):
            # At once where it is alone, and when the lease has run out where others could be living.
            wait_until(lambda: state_of(after, "J0000") == [DeliveryState.UNKNOWN], "it was found out")
        never.set()
    assert len(script.asked("notify", "J0000")) == 1


@pytest.mark.embedded  # many may serve a database
def test_a_second_serving_on_the_same_store_is_refused(tmp_path: Path) -> None:
    with (
        real_hub(tmp_path, settings(), [mis(Script())]) as hub,
        real_hub(tmp_path, settings(), [mis(Script())]) as second,
    ):
        with serving(hub), pytest.raises(StoreUnavailable, match="another `printhub serve` works on"):
            serving(second).__enter__()
        with serving(second):  # and may, once the first has stopped
            pass


def test_what_another_process_writes_is_noticed_without_being_told(tmp_path: Path) -> None:
    """An act of the command line goes through a hub of its own on the same store."""
    script = Script()
    script.answer("notify", Rejected("the paper is unknown"))
    with real_hub(tmp_path, settings(), [mis(script)]) as hub, serving(hub):
        place(hub, 1)
        wait_until(lambda: states(hub) == {("mis", DeliveryState.FAILED): 1}, "it has failed")
        [failed] = all_deliveries(hub)

        with real_hub(tmp_path, settings(), [mis(script)]) as command_line:
            command_line.acts.deliveries.retrigger(str(failed.id), by="operator:kim", why="the paper was added")
            emit(command_line, "printhub.order.placed", order("O9", [job("J9")]))
        script.wait_for("notify", "J0000", count=2)
        script.wait_for("notify", "J9")
        wait_until(lambda: states(hub) == {("mis", DONE): 2}, "both are done")


@pytest.mark.parametrize("lost", ["announcement", "announced long ago"])
def test_what_the_bus_lost_is_found_in_the_store(tmp_path: Path, lost: str) -> None:
    script = Script()
    with real_hub(tmp_path, settings(), [mis(script)]) as hub:
        place(hub, 3)
        ids = [one.id for one in all_deliveries(hub)]
        at = hub.rules.now() if lost == "announcement" else hub.rules.now() - timedelta(hours=1)
        hub.store.write(lambda tx: rows.announce(tx, ids, at))  # as if they had been, and nobody heard it

        with serving(hub):
            wait_until(lambda: states(hub) == {("mis", DONE): 3}, "all are done")


def test_a_job_whose_date_comes_goes_by_itself(tmp_path: Path) -> None:
    script = Script()
    with real_hub(tmp_path, settings(), [mis(script)]) as hub, serving(hub):
        at = hub.rules.now() + timedelta(milliseconds=300)
        emit(hub, "printhub.order.placed", order(release_at=at.isoformat()))
        wait_until(lambda: states(hub) == {("mis", DONE): 1}, "it is done")
        assert hub.rules.now() >= at


class Broken(MisAdapter[ScriptedConfig]):
    """An adapter whose objects can be made while the hub is put together, and not any more when it works."""

    name = "broken"
    Config = ScriptedConfig
    made: list[int]
    mended: threading.Event

    def __init__(self, config: ScriptedConfig) -> None:
        super().__init__(config)
        self.made.append(1)
        if len(self.made) > 1 and not self.mended.is_set():
            raise RuntimeError("its library is not there")

    def notify(self, ticket: JobTicket, call: Call) -> Report:  # noqa: ARG002 - the signature of a verb
        return Report.done("R")


def test_an_adapter_that_cannot_be_made_pauses_its_instance_and_nothing_else(tmp_path: Path) -> None:
    Broken.made, Broken.mended = [], threading.Event()
    script = Script()
    adapters: list[type[Adapter[Any]]] = [mis(script), Broken]
    written = settings("mis", "broken", probe_every="100ms", timeout="10ms", breaker_pause="0s")
    with real_hub(tmp_path, written, adapters) as hub, serving(hub):
        place(hub, 5)
        wait_until(lambda: states(hub).get(("mis", DONE)) == 5, "the other instance is done")
        wait_until(lambda: len(Broken.made) > 3, "it was tried again")
        assert {state for name, state in states(hub) if name == "broken"} <= {READY, RUNNING}

        Broken.mended.set()
        wait_until(lambda: states(hub).get(("broken", DONE)) == 5, "it goes on once it can be made")


def test_a_thread_that_a_plugin_ends_is_not_the_end_of_its_slot(tmp_path: Path) -> None:
    script = Script()

    def leaves(_message: object, _call: Call) -> Report:
        raise SystemExit(3)

    script.answer("notify", *[leaves] * 5)
    with real_hub(tmp_path, settings(slots=1), [mis(script)]) as hub, serving(hub):
        place(hub, 8)
        wait_until(lambda: states(hub).get(("mis", DONE)) == 3, "the rest is done")
        assert states(hub)["mis", DeliveryState.FAILED] == 5


@pytest.mark.embedded  # one writer locks all others out of a file
def test_a_store_that_is_locked_for_a_while_delays_work_and_loses_none(tmp_path: Path) -> None:
    script, locked = Script(), threading.Event()
    second: list[Callable[[], None]] = []

    def while_locked(_message: object, _call: Call) -> Report:
        locked.wait(30)  # the answer comes when nobody can write it down
        return Report.done("R")

    script.answer("notify", while_locked, job="J0000")
    with (
        real_hub(tmp_path, settings(), [mis(script, effects=KEYED)], busy_seconds=0.1) as hub,
        real_hub(tmp_path, settings(), [mis(script)]) as other,
        serving(hub),
    ):
        place(hub, 1)
        script.wait_for("notify", "J0000")
        inside, release = threading.Event(), threading.Event()
        second.append(release.set)

        def hold(_tx: object) -> None:
            inside.set()
            release.wait(30)

        holding = threading.Thread(target=other.store.write, args=(hold,))
        holding.start()
        assert inside.wait(10)
        locked.set()
        with pytest.raises(StoreUnavailable, match="locked by another process"):
            emit(hub, "printhub.order.placed", order("O9", [job("J9")]))
        assert state_of(hub, "J0000") == [RUNNING]
        release.set()
        holding.join(10)

        wait_until(lambda: state_of(hub, "J0000") == [DONE], "the outcome was kept until it could be written")
        assert emit(hub, "printhub.order.placed", order("O9", [job("J9")])).accepted
        wait_until(lambda: state_of(hub, "J9") == [DONE], "the hub works as before")
    assert len(script.asked("notify", "J0000")) == 1


@pytest.mark.embedded  # a database keeps nobody off
def test_a_claimed_call_needs_no_store_until_its_outcome_is_to_be_written(tmp_path: Path) -> None:
    """Between the claim and the call somebody else takes the store: the message was composed with the claim."""
    script = Script()
    with (
        real_hub(tmp_path, settings(), [mis(script)], busy_seconds=0.1) as hub,
        real_hub(tmp_path, settings(), [mis(script)]) as other,
    ):
        place(hub, 1)
        [bench] = hub.benches
        [work] = bench.take(1)
        caller = bench.caller()
        ended: list[Attempted] = []

        def called_meanwhile(_tx: object) -> None:
            attempted = bench.work(work, caller)
            assert attempted is not None
            with pytest.raises(StoreUnavailable):
                bench.conclude(attempted)
            ended.append(attempted)

        other.store.write(called_meanwhile)
        bench.conclude(ended[0])
        caller.close()

        assert states(hub) == {("mis", DONE): 1}
    assert len(script.asked("notify")) == 1


def test_jobs_are_read_while_the_hub_works(tmp_path: Path) -> None:
    script = Script()
    with real_hub(tmp_path, settings(), [mis(script)]) as hub, serving(hub):
        place(hub, 20)
        wait_until(lambda: states(hub) == {("mis", DONE): 20}, "all are done")
        found = hub.store.read(lambda tx: dossiers.find_jobs(tx, "J0003"))
    assert [one.number for one in found] == ["J0003"]
