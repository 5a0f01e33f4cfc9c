"""What is done while another process is about the same: nothing of it is lost, undone or done by halves."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, event
from sqlalchemy.engine import Engine

from printhub.core.flow.claim import Claim
from printhub.core.flow.testdata import Cleared
from printhub.core.hub import Hub
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import AdapterError, NotFound, Rejected, Unavailable
from printhub.core.store import acts, bulk, deliveries, dossiers
from printhub.core.store.bulk import BulkState, ItemState
from printhub.core.store.matching import Wanted
from printhub.core.store.postgres import PostgresStore
from printhub.core.store.schema import job
from printhub.core.store.store import Tx
from printhub.testing import FakeClock, Script
from tests.contract.store.crowd import begun_or_waiting, crowd
from tests.invariants.shop import all_deliveries, mis, place, settings, states

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("shared")]

BY = "operator:test"
_REJECTED = Rejected("no such sheet")


@contextmanager
def between(store: PostgresStore, asked: str, work: Callable[[], Any]) -> Iterator[list[Future[Any]]]:
    """Have something begun in another process right after the first statement that holds these words."""
    begun: list[Future[Any]] = []

    def reached(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if asked in statement and not begun:
            begun.append(Future())
            begun[0] = begun_or_waiting(store, work)

    event.listen(Engine, "after_cursor_execute", reached)
    try:
        yield begun
    finally:
        event.remove(Engine, "after_cursor_execute", reached)


def fail(
    hub: Hub,
    script: Script,
    count: int,
    answer: AdapterError = _REJECTED,
    state: DeliveryState = DeliveryState.FAILED,
) -> None:
    """Make so many deliveries that failed, or that the partner answered otherwise."""
    script.default("notify", answer)
    place(hub, count)
    [bench] = hub.benches
    caller = bench.caller()
    for work in bench.take(count):
        attempted = bench.work(work, caller)
        assert attempted is not None
        bench.conclude(attempted)
    caller.close()
    assert states(hub) == {("mis", state): count}


def test_a_bulk_act_that_is_stopped_while_its_next_batch_begins_is_stopped(
    database: str, shared: PostgresStore, tmp_path: Path
) -> None:
    script = Script()
    with crowd(database, tmp_path, settings(slots=10), [mis(script)]) as made:
        serving, operator = made.join(), made.join()
        fail(serving, script, 5)
        id_ = operator.acts.bulk.retrigger(Wanted(), by=BY, why="the sheet is there").id
        stop = partial(operator.acts.bulk.stop, str(id_), by=BY, why="the wrong sheet")
        with between(shared, "bulk_item.place BETWEEN", stop) as begun:
            serving.bulk.step()
        [done] = begun
        done.result(30)
        found = shared.read(lambda tx: bulk.get(tx, id_))
        counts = shared.read(lambda tx: bulk.counts(tx, id_))

    assert found is not None
    assert (found.state, found.batch) == (BulkState.STOPPING, 1)
    assert counts == {ItemState.GOING: 1, ItemState.WAITING: 4}


def test_a_bulk_act_is_carried_on_by_one_process_at_a_time(
    database: str, shared: PostgresStore, tmp_path: Path
) -> None:
    """As two do for a moment when the duties pass from one to the other."""
    script = Script()
    with crowd(database, tmp_path, settings(slots=10), [mis(script)]) as made:
        first, second = made.join(), made.join()
        fail(first, script, 3)
        id_ = first.acts.bulk.retrigger(Wanted(), by=BY, why="the sheet is there").id
        with between(shared, "bulk_item.place BETWEEN", second.bulk.step) as begun:
            first.bulk.step()
        [done] = begun
        done.result(30)
        counts = shared.read(lambda tx: bulk.counts(tx, id_))

    assert counts == {ItemState.GOING: 1, ItemState.WAITING: 2}


def test_test_data_that_is_being_removed_is_not_claimed(database: str, shared: PostgresStore, tmp_path: Path) -> None:
    with crowd(database, tmp_path, settings(), [mis(Script())]) as made:
        clearing, serving = made.join(), made.join()
        place(serving, 1)
        with between(shared, "DELETE FROM", partial(serving.benches[0].take, 1)) as begun:
            done = _clear(clearing, tmp_path / "export.jsonl")
        [taken] = begun
        assert taken.result(30) == []
        assert (done.jobs, done.busy) == (1, [])
        assert all_deliveries(serving) == []


def test_an_act_on_a_job_that_is_cleared_at_this_moment_says_that_it_is_not_there(
    database: str, shared: PostgresStore, tmp_path: Path
) -> None:
    with crowd(database, tmp_path, settings(), [mis(Script())]) as made:
        clearing, operator = made.join(), made.join()
        [name] = place(operator, 1)
        clear = partial(_clear, clearing, tmp_path / "export.jsonl")
        with between(shared, "job.number = ", clear), pytest.raises(NotFound, match="cleared away at this moment"):
            operator.acts.jobs.reopen(name, by=BY, why="a reprint")


def test_a_delivery_whose_job_is_gone_ends_and_takes_nobodys_place(
    database: str, shared: PostgresStore, tmp_path: Path
) -> None:
    with crowd(database, tmp_path, settings(), [mis(Script())]) as made:
        hub = made.join()
        place(hub, 2)
        orphan, other = sorted(all_deliveries(hub), key=lambda delivery: delivery.seq)
        shared.write(lambda tx: tx.execute(delete(job).where(job.c.id == orphan.job_id)))
        [bench] = hub.benches

        assert bench.take(1) == []
        assert bench.again is None
        [claim] = bench.take(1)
        assert isinstance(claim, Claim)
        assert claim.delivery.id == other.id
        ended = shared.read(lambda tx: deliveries.get(tx, orphan.id))

    assert ended is not None
    assert (ended.state, ended.reason) == (DeliveryState.OBSOLETE, "its job is not there any more")


def test_a_release_locks_the_order_before_the_job(database: str, shared: PostgresStore, tmp_path: Path) -> None:
    with crowd(database, tmp_path, settings(), [mis(Script())]) as made:
        hub = made.join()
        [name] = place(hub, 1)
        hub.acts.jobs.block(name, by=BY, why="odd colours")
        with locks() as found:
            hub.acts.jobs.release(name, by=BY, why="they are meant so")
        released = list(found)
        found.clear()
        with locks() as found:
            hub.acts.undo.undo(str(shared.read(lambda tx: acts.listed(tx, 1))[0].id), by=BY, why="they are not")

    assert released[:2] == ["customer_order", "job"]
    assert found[:2] == ["customer_order", "job"]


def test_timers_lock_all_their_jobs_before_they_are_taken_away(database: str, tmp_path: Path) -> None:
    script, clock = Script(), FakeClock()
    with crowd(database, tmp_path, settings(slots=10), [mis(script)]) as made:
        hub = made.join(now=clock)
        fail(hub, script, 4, Unavailable("down"), DeliveryState.RETRYING)
        clock.advance(timedelta(hours=1))
        with locks() as found:
            assert hub.timers.step() == 4

        assert states(hub) == {("mis", DeliveryState.READY): 4}
    assert found[:2] == ["job", "timer"]
    assert found.count("job") == 1


@pytest.mark.parametrize("changed", ["reason", "next_at"])
def test_the_time_that_is_given_back_while_a_job_is_being_changed_is_not_taken_again(
    database: str, tmp_path: Path, changed: str
) -> None:
    script, clock = Script(), FakeClock()
    with crowd(database, tmp_path, settings(), [mis(script)]) as made:
        hub, other = made.join(now=clock), made.join(now=clock)
        fail(hub, script, 1, Unavailable("down"), DeliveryState.RETRYING)
        [before] = all_deliveries(hub)
        value = {"reason": "it is looked into", "next_at": clock() + timedelta(hours=5)}[changed]

        def work(tx: Tx) -> None:
            [dossier] = dossiers.load(tx, [before.job_id] if before.job_id else []).values()
            other.store.write(lambda tx: deliveries.postpone(tx, "mis", "", 3_600_000_000))
            dossier.put(replace(dossier.deliveries[before.id], **{changed: value}))  # type: ignore[arg-type] # either
            dossiers.save(tx, [dossier])

        hub.store.write(work)
        [after] = all_deliveries(hub)

    assert before.give_up_at is not None
    assert getattr(after, changed) == value
    assert after.give_up_at == before.give_up_at + timedelta(hours=1)


@contextmanager
def locks() -> Iterator[list[str]]:
    """Whose rows are locked or taken away, in the order in which that is asked for."""
    found: list[str] = []

    def asked(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if "FOR UPDATE" in statement or statement.startswith("DELETE"):
            found.append(statement.partition("FROM ")[2].split()[0])

    event.listen(Engine, "before_cursor_execute", asked)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", asked)


def _clear(hub: Hub, export: Path) -> Cleared:
    return hub.testdata.clear("shop", export, by=BY, why="before going live", progress=lambda *_: None)
