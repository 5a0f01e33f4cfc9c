"""What operators do while another process is about the same: nothing that they said is lost or undone."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from printhub.core.hub import Hub
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import Rejected
from printhub.core.store import bulk
from printhub.core.store.bulk import BulkState, ItemState
from printhub.core.store.matching import Wanted
from printhub.core.store.postgres import PostgresStore
from printhub.testing import Script
from tests.contract.store.crowd import begun_or_waiting, crowd
from tests.invariants.shop import mis, place, settings, states

pytestmark = pytest.mark.postgresql

BY = "operator:test"


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


def fail(hub: Hub, script: Script, count: int) -> None:
    """Make so many deliveries that failed."""
    script.default("notify", Rejected("no such sheet"))
    place(hub, count)
    [bench] = hub.benches
    caller = bench.caller()
    for work in bench.take(count):
        attempted = bench.work(work, caller)
        assert attempted is not None
        bench.conclude(attempted)
    caller.close()
    assert states(hub) == {("mis", DeliveryState.FAILED): count}


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
