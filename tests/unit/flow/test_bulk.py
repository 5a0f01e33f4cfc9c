"""Bulk acts: batches that grow, that stop themselves, and that a kill at any moment neither doubles nor forgets."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from printhub.core.flow.bulk import LIST_WITHIN, places
from printhub.core.model.call import Call
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import ActRefused, Misconfigured, NotFound, OutcomeUnknown, Rejected, Unavailable
from printhub.core.model.reports import Report
from printhub.core.model.verbs import Kind, Verb
from printhub.core.store import acts, bulk, deliveries
from printhub.core.store.bulk import UNDER_WAY, BulkAct, BulkItem, BulkState, ItemState
from printhub.core.store.matching import Wanted
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.script import Script
from tests.invariants.shop import job, memory_hub, mis, order, settings
from tests.services.stores import examples

S = DeliveryState
BY = "operator:test"
MINUTE = timedelta(minutes=1)


def failed(hub: MemoryHub, script: Script, count: int) -> list[str]:
    """So many jobs whose notify failed of the same."""
    script.default("notify", Rejected("no such sheet"))
    names = [f"J{number:04}" for number in range(count)]
    for name in names:
        hub.emit("printhub.order.placed", order(f"O-{name}", [job(name)]))
    while any(hub.deliveries(name)[0].state is not DeliveryState.FAILED for name in names[-1:]):
        hub.run()
    script.default("notify", Report.done("R"))
    return names


def begin(hub: MemoryHub, **wanted: Any) -> UUID:
    return hub.hub.acts.bulk.retrigger(Wanted(**wanted), by=BY, why="the sheet is there").id


def counts(hub: MemoryHub, id_: UUID) -> dict[ItemState, int]:
    return hub.hub.store.read(lambda tx: bulk.counts(tx, id_))


def act(hub: MemoryHub, id_: UUID) -> BulkAct:
    return hub.hub.acts.bulk.progress(str(id_)).act


def items(hub: MemoryHub, id_: UUID) -> list[BulkItem]:
    return hub.hub.store.read(lambda tx: bulk.items_in(tx, id_, list(ItemState), 10_000))


def test_batches_grow_to_a_hundred_and_take_each_place_once() -> None:
    sizes = [len(places(batch)) for batch in range(7)]
    taken = list(chain.from_iterable(places(batch) for batch in range(7)))

    assert sizes == [0, 1, 5, 25, 100, 100, 100]
    assert taken == list(range(331))


def test_a_batch_goes_only_when_the_one_before_has_ended() -> None:
    script = Script()
    with memory_hub(script) as hub:
        failed(hub, script, 10)
        id_ = begin(hub)
        for _ in range(3):
            hub.hub.bulk.step()
        assert counts(hub, id_) == {ItemState.GOING: 1, ItemState.WAITING: 9}

        hub.run()
        assert counts(hub, id_) == {ItemState.DONE: 10}
        assert act(hub, id_).state is BulkState.FINISHED
        assert act(hub, id_).batch == 3


def test_it_stops_when_over_half_of_a_batch_fails_of_the_same_and_tells_staff_once() -> None:
    script = Script()
    with memory_hub(script) as hub:
        names = failed(hub, script, 20)
        before = len(hub.notices())
        for name in names[1:4]:
            script.answer("notify", Rejected("no such sheet"), job=name)
        id_ = begin(hub)
        hub.run()
        hub.advance(MINUTE)

        assert act(hub, id_).state is BulkState.STOPPED
        reason = act(hub, id_).reason
        assert reason.startswith(
            "3 of 5 in batch 2 failed of the same as before: no such sheet. `printhub jobs explain "
        )
        assert counts(hub, id_) == {ItemState.DONE: 3, ItemState.FAILED_AGAIN: 3, ItemState.WAITING: 14}
        told = [notice for notice in hub.notices()[before:] if notice.matter == "bulk_stopped"]
        assert [str(id_) in notice.text and "14 deliveries are left" in notice.text for notice in told] == [True]


def test_half_of_a_batch_is_not_over_half() -> None:
    script = Script()
    with memory_hub(script) as hub:
        names = failed(hub, script, 5)
        for name in names[1:3]:
            script.answer("notify", Rejected("no such sheet"), job=name)
        id_ = begin(hub)
        hub.run()

        assert act(hub, id_).state is BulkState.FINISHED
        assert counts(hub, id_) == {ItemState.DONE: 3, ItemState.FAILED_AGAIN: 2}


def test_another_failure_than_before_does_not_stop_it() -> None:
    script = Script()
    with memory_hub(script) as hub:
        failed(hub, script, 8)
        script.default("notify", Rejected("the colour is unknown"))
        id_ = begin(hub)
        hub.run()

        assert act(hub, id_).state is BulkState.FINISHED
        assert counts(hub, id_) == {ItemState.FAILED: 8}


def test_what_moved_between_the_freezing_and_its_turn_is_left_with_why() -> None:
    script = Script()
    with memory_hub(script) as hub:
        names = failed(hub, script, 4)
        id_ = begin(hub)
        hub.retrigger(hub.deliveries(names[1])[0].id)
        hub.skip(hub.deliveries(names[2])[0].id)
        hub.emit("printhub.job.cancelled", {"job": names[3]})
        hub.run()

        assert [(item.state, item.detail) for item in items(hub, id_)] == [
            (ItemState.DONE, ""),
            (ItemState.LEFT, "it has moved since: it is done"),
            (ItemState.LEFT, "it has moved since: it is skipped"),
            (ItemState.LEFT, f"job {names[3]} is cancelled; it has to be ordered again"),
        ]
        assert act(hub, id_).state is BulkState.FINISHED


def test_what_becomes_held_does_not_keep_the_batch() -> None:
    script = Script()
    with memory_hub(script) as hub:
        names = failed(hub, script, 7)
        hub.hub.acts.jobs.block(names[0], by=BY, why="look at it first")
        id_ = begin(hub)
        hub.run()

        assert counts(hub, id_) == {ItemState.HELD: 1, ItemState.DONE: 6}
        assert hub.deliveries(names[0])[0].state is DeliveryState.HELD


def test_what_waits_in_its_lane_for_a_person_does_not_keep_the_batch() -> None:
    script = Script()
    script.answer("notify", Report.done("R"))
    script.answer("manifest", Rejected("no such sheet"))
    script.answer("assets", OutcomeUnknown("the line broke"))
    with memory_hub(script, verbs=("notify", "manifest", "assets")) as hub:
        static = job("J1", product_type="Static", output=[{"name": "a.pdf", "url": "https://shop.example/a.pdf"}])
        hub.restart(
            settings() | {"storefronts": {"shop": {**settings()["storefronts"]["shop"], "files_stay_put": True}}}
        )
        hub.emit("printhub.order.placed", order(jobs=[static]))
        hub.run()
        assert [d.state for d in hub.deliveries("J1")] == [S.DONE, S.FAILED, S.UNKNOWN]
        id_ = begin(hub)
        hub.run()

        [item] = items(hub, id_)
        assert (item.state, "when that is settled" in item.detail) == (ItemState.HELD, True)
        assert act(hub, id_).state is BulkState.FINISHED
        hub.settle(hub.deliveries("J1")[2].id, done="R")
        hub.run()
        assert hub.deliveries("J1")[1].state is S.DONE


def test_refunds_never_go_with_the_others() -> None:
    script = Script()
    with memory_hub(script) as hub:
        [name] = failed(hub, script, 1)
        known = hub.deliveries(name)[0]
        refund = replace(known, id=hub.hub.rules.new_id(), seq=0, kind=Kind.PAYMENT, verb=Verb.REFUND, lane="payment/1")
        hub.hub.store.write(lambda tx: deliveries.save(tx, refund))

        preview = hub.hub.acts.bulk.preview(Wanted())
        assert (preview.eligible, preview.others) == (1, {"refunds are retriggered one by one": 1})
        assert [d.id for d in hub.hub.acts.deliveries.retriggerable(name).eligible] == [known.id]
        with pytest.raises(ActRefused, match="refund"):
            hub.skip(refund.id)


def test_what_fails_later_is_not_on_the_frozen_list() -> None:
    script = Script()
    with memory_hub(script) as hub:
        failed(hub, script, 2)
        id_ = begin(hub)
        script.answer("notify", Rejected("no such sheet"), job="late")
        hub.emit("printhub.order.placed", order("O-late", [job("late")]))
        hub.run()

        assert sum(counts(hub, id_).values()) == 2
        assert hub.deliveries("late")[0].state is DeliveryState.FAILED


def test_a_stopped_act_lets_end_what_went_and_begins_nothing_more() -> None:
    script = Script()
    with memory_hub(script) as hub:
        failed(hub, script, 10)
        id_ = begin(hub)
        hub.hub.bulk.step()
        stopped = hub.hub.acts.bulk.stop(str(id_), by=BY, why="wrong filter")
        assert stopped.act.state is BulkState.STOPPING
        hub.run()

        assert act(hub, id_).state is BulkState.STOPPED
        assert act(hub, id_).reason == f"stopped by {BY}: wrong filter"
        assert counts(hub, id_) == {ItemState.DONE: 1, ItemState.WAITING: 9}
        with pytest.raises(ActRefused, match="is stopped"):
            hub.hub.acts.bulk.stop(str(id_), by=BY, why="again")


def test_a_list_that_was_never_finished_retriggers_nothing() -> None:
    script = Script()
    with memory_hub(script) as hub:
        [name] = failed(hub, script, 1)
        known = hub.deliveries(name)[0]
        id_ = hub.hub.rules.new_id()
        half = BulkAct(id_, hub.clock(), BY, "retrigger", "a killed command", {})
        item = BulkItem(id_, 0, known.id, known.state, known.attempts, known.fingerprint)
        hub.hub.store.write(lambda tx: bulk.begin(tx, half))
        hub.hub.store.write(lambda tx: bulk.add(tx, [item]))
        hub.run()
        assert act(hub, id_).state is BulkState.LISTING

        hub.advance(LIST_WITHIN)
        assert act(hub, id_).state is BulkState.STOPPED
        assert hub.deliveries(name)[0].state is DeliveryState.FAILED


def test_the_history_of_each_job_says_who_retried_it_and_in_which_act() -> None:
    script = Script()
    with memory_hub(script) as hub:
        [name] = failed(hub, script, 1)
        id_ = begin(hub)
        hub.run()

        told = [entry for entry in hub.history(name) if str(id_) in entry.detail]
        assert [(entry.by, entry.detail) for entry in told] == [
            (BY, f"notify retriggered: bulk act {id_}: the sheet is there")
        ]
        recorded = hub.hub.store.read(
            lambda tx: acts.listed(
                tx,
                10,
                wanted=acts.ActFilter(subjects=acts.subjects_of(tx, name, [hub.deliveries(name)[0].job_id or id_])),
            )
        )
        assert [(one.act, one.subject) for one in recorded] == [("bulk-retrigger", str(id_))]


def test_a_preview_counts_what_would_go_and_the_rest_by_why_not_and_writes_nothing() -> None:
    script = Script()
    with memory_hub(script) as hub:
        names = failed(hub, script, 4)
        hub.emit("printhub.job.cancelled", {"job": names[3]})
        script.answer("notify", Unavailable("down"), job="again")
        script.answer("notify", OutcomeUnknown("the line broke"), job="lost")
        for name in ("again", "lost"):
            hub.emit("printhub.order.placed", order(f"O-{name}", [job(name)]))
        hub.emit("printhub.order.placed", order("O-held", [job("held")], payment_status="Pending"))
        hub.run()
        preview = hub.hub.acts.bulk.preview(Wanted())

        assert preview.eligible == 3
        assert [d.subject for d in preview.first] == names[:3]
        assert preview.others == {
            "its job is cancelled": 1,
            "retrying: name it with --filter state=retrying": 1,
            "unknown: settle it first: it may have had its effect": 1,
            "held: it goes by itself when its obstacles are gone": 1,
        }
        assert hub.hub.store.read(lambda tx: bulk.listed(tx, after=None, limit=10)) == []
        assert hub.hub.store.read(lambda tx: acts.listed(tx, 10)) == []


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"instance": "mis"}, {"J1", "J2"}),
        ({"instance": "nix"}, set()),
        ({"verb": Verb.NOTIFY}, {"J1", "J2"}),
        ({"verb": Verb.ASSETS}, set()),
        ({"storefront": "other"}, set()),
        ({"order": "O1"}, {"J1"}),
        ({"order": "O1", "storefront": "shop"}, {"J1"}),
        ({"since": timedelta(minutes=30)}, {"J2"}),
        ({"until": timedelta(minutes=30)}, {"J1"}),
        ({"state": DeliveryState.RETRYING}, {"J3"}),
    ],
)
def test_filters_combine(wanted: dict[str, Any], found: set[str]) -> None:
    script = Script()
    with memory_hub(script, retry={"jitter": 0.0, "schedule": ["3h"]}) as hub:
        script.answer("notify", Rejected("no"), job="J1")
        script.answer("notify", Rejected("no"), job="J2")
        script.answer("notify", Unavailable("down"), job="J3")
        hub.emit("printhub.order.placed", order("O1", [job("J1")]))
        hub.run()
        hub.advance(timedelta(hours=1))
        hub.emit("printhub.order.placed", order("O2", [job("J2")]))
        hub.emit("printhub.order.placed", order("O3", [job("J3")]))
        hub.run()
        for name in ("since", "until"):
            if name in wanted:
                wanted = {name: hub.clock() - wanted[name]}

        assert {d.subject for d in hub.hub.acts.bulk.preview(Wanted(**wanted)).first} == found


def test_nothing_that_matches_is_refused_and_records_nothing() -> None:
    with memory_hub(Script()) as hub:
        with pytest.raises(ActRefused, match="nothing that matches"):
            begin(hub)
        with pytest.raises(NotFound, match="no bulk act"):
            hub.hub.acts.bulk.progress("0123456789")
        assert hub.hub.store.read(lambda tx: acts.listed(tx, 10)) == []


@pytest.mark.timeout(300)  # many calls, on however slow a machine
def test_many_go_in_batches_that_grow_to_a_hundred() -> None:
    script = Script()
    with MemoryHub(settings(slots=64), [mis(script)]) as hub:
        failed(hub, script, 250)
        id_ = begin(hub)
        hub.run()

        assert counts(hub, id_) == {ItemState.DONE: 250}
        assert (act(hub, id_).state, act(hub, id_).batch) == (BulkState.FINISHED, 6)
        assert max(Counter(call.subject for call in script.asked("notify")).values()) == 2


class Died(BaseException):
    """The process was killed in the call."""


FATES = st.sampled_from("done rejected same unavailable lost accepted action dies misconfigured".split())
MOVES = st.lists(st.sampled_from(["bulk", "call", "kill", "timers"]), max_size=60)


def _answer(fates: list[str]) -> Any:  # noqa: ANN401 - whatever a script may say
    def answer(_message: object, call: Call) -> Report:
        match fates.pop(0) if fates else "done":
            case "rejected":
                raise Rejected("something else")
            case "same":
                raise Rejected("no such sheet")
            case "unavailable":
                raise Unavailable("down")
            case "misconfigured":
                raise Misconfigured("the key is refused")
            case "accepted":
                return Report.accepted()
            case "action":
                return Report.action_required("confirm the paper")
            case "lost":
                call.sending()
                raise OutcomeUnknown("the line broke")
            case "dies":
                call.sending()
                raise Died
            case _:
                return Report.done()

    return answer


def _move(hub: MemoryHub, move: str) -> None:
    match move:
        case "bulk":
            hub.hub.bulk.step()
        case "timers":
            hub.hub.timers.step()
        case "kill":
            hub.restart()
        case _:
            for bench in hub.hub.benches:
                for work in bench.take(2):
                    attempted = bench.work(work, bench.caller())
                    if attempted is not None:
                        bench.conclude(attempted)


@given(count=st.integers(1, 40), fates=st.lists(FATES, max_size=40), moves=MOVES, stop=st.integers(0, 200))
@hypothesis_settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_goes_twice_and_nothing_is_forgotten_whenever_it_is_killed(
    count: int, fates: list[str], moves: list[str], stop: int
) -> None:
    script = Script()
    with MemoryHub(settings(slots=8, breaker_after=4), [mis(script)]) as hub:
        names = failed(hub, script, count)
        script.default("notify", _answer(fates))
        id_ = begin(hub)
        for number, move in enumerate(moves):
            try:
                _move(hub, move)
            except Died:
                hub.restart()
            if number == stop and act(hub, id_).ended_at is None:
                hub.hub.acts.bulk.stop(str(id_), by=BY, why="enough")
        for _ in range(200):
            if act(hub, id_).state not in UNDER_WAY:
                break
            try:
                hub.advance(6 * MINUTE)
            except Died:
                hub.restart()

        ended = act(hub, id_)
        found = items(hub, id_)
        retriggered = Counter(
            name for name in names for entry in hub.history(name) if f"bulk act {id_}" in entry.detail
        )
        assert ended.state in (BulkState.FINISHED, BulkState.STOPPED)
        assert ended.ended_at is not None
        assert max(retriggered.values(), default=0) <= 1
        assert len(found) == count
        assert all(item.state is not ItemState.GOING for item in found)
        if ended.state is BulkState.FINISHED:
            assert all(item.state is not ItemState.WAITING for item in found)
            assert sum(retriggered.values()) == count
        else:
            assert ended.reason
        waiting = {item.delivery_id for item in found if item.state is ItemState.WAITING}
        assert all((hub.deliveries(name)[0].id in waiting) is (retriggered[name] == 0) for name in names)


def test_stopping_while_the_list_is_written_leaves_everything_as_it_is() -> None:
    script = Script()
    with memory_hub(script) as hub:
        failed(hub, script, 3)

        def stop(done: int, of: int) -> None:
            assert done == of == 3
            (begun,) = hub.hub.store.read(lambda tx: bulk.listed(tx, after=None, limit=5))
            hub.hub.acts.bulk.stop(str(begun.id), by=BY, why="the wrong ones")

        with pytest.raises(ActRefused, match=r"ended before its list was whole.*the wrong ones"):
            hub.hub.acts.bulk.retrigger(Wanted(), by=BY, why="the sheet is there", listed=stop)
        hub.run()

        assert {hub.deliveries(f"J{number:04}")[0].state for number in range(3)} == {S.FAILED}
