"""What bulk acts, the audit log and the list of instances ask of the store costs nothing that grows with its tables."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import IntegrityError

from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.verbs import Verb
from printhub.core.store import acts, bulk, deliveries, matching
from printhub.core.store.bulk import BulkAct, BulkItem, BulkState, ItemState
from printhub.core.store.matching import Wanted
from printhub.core.store.store import Store, Tx

NOW = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
BIG = ("delivery", "attempt", "job", "bulk_item", "status_change", "customer_order", "operator_act")
WANTED = Wanted(instance="mis", verb=Verb.NOTIFY, order="O1", since=NOW, until=NOW)

READS: dict[str, Callable[[Tx], object]] = {
    "which bulk acts can go on": bulk.movable,
    "a batch": lambda tx: bulk.items(tx, uuid4(), range(31, 131)),
    "how far it is": lambda tx: bulk.counts(tx, uuid4()),
    "what it waits for": lambda tx: bulk.instances_of_going(tx, uuid4()),
    "what did not go well": lambda tx: bulk.items_in(tx, uuid4(), [ItemState.FAILED, ItemState.LEFT], 100),
    "its deliveries": lambda tx: deliveries.some(tx, [uuid4(), uuid4()]),
    "what failed": lambda tx: list(matching.matching(tx, Wanted(), DeliveryState.FAILED)),
    "what failed and matches": lambda tx: list(matching.matching(tx, WANTED, DeliveryState.FAILED)),
    "what failed of the same": lambda tx: list(matching.matching(tx, Wanted(fingerprint="f"), DeliveryState.FAILED)),
    "what else matches": lambda tx: matching.counted(tx, WANTED, [DeliveryState.HELD, DeliveryState.UNKNOWN]),
    "an instance's open work": lambda tx: deliveries.waiting_and_failed(tx, "mis"),
    "the time of a pause": lambda tx: deliveries.postpone(tx, "mis", "", 1),
    "the acts on a job": lambda tx: acts.subjects_of(tx, ["shop/J1"], [uuid4()]),
    "who undid": lambda tx: acts.undone_by(tx, [uuid4()]),
    "the acts on something": lambda tx: acts.listed(tx, 50, wanted=acts.ActFilter(subjects={"J1", "J2"})),
}


@pytest.mark.embedded  # it reads SQLite's plan
@pytest.mark.parametrize("read", READS)
def test_nothing_looks_through_a_whole_table(fresh: Store, read: str) -> None:
    asked: list[tuple[str, object]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        asked.append((statement, parameters))

    def work(tx: Connection) -> list[str]:
        event.listen(tx, "before_cursor_execute", note)
        READS[read](tx)
        event.remove(tx, "before_cursor_execute", note)
        plans = [tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters) for statement, parameters in asked]  # type: ignore[arg-type] # as the driver got them
        return [row.detail for plan in plans for row in plan]

    plan = fresh.write(work)

    assert asked
    assert [line for line in plan if line.startswith("SCAN") and line.split()[1] in BIG] == []


def test_a_bulk_act_comes_back_as_it_was_written(fresh: Store) -> None:
    act = BulkAct(uuid4(), NOW, "operator:test", "retrigger", "sheets are in", {"state": "failed"})
    items = [BulkItem(act.id, place, uuid4(), DeliveryState.FAILED, 2, "f") for place in range(3)]
    fresh.write(lambda tx: bulk.begin(tx, act))
    fresh.write(lambda tx: bulk.add(tx, items))

    [found] = fresh.read(lambda tx: bulk.listed(tx, after=None, limit=10))
    assert (found.id, found.at, found.wanted, found.state) == (act.id, NOW, {"state": "failed"}, BulkState.LISTING)
    assert fresh.read(lambda tx: bulk.items(tx, act.id, range(1, 3))) == items[1:]
    assert fresh.read(lambda tx: bulk.counts(tx, act.id)) == {ItemState.WAITING: 3}
    assert fresh.read(bulk.movable) == [found]


def test_an_act_is_taken_back_once_whoever_asks(fresh: Store) -> None:
    first = uuid4()
    undo = acts.Act(uuid4(), NOW, "operator:test", "undo", "J1", "x", {}, first)
    fresh.write(lambda tx: acts.record(tx, undo))

    with pytest.raises(IntegrityError):
        fresh.write(
            lambda tx: acts.record(tx, acts.Act(uuid4(), NOW + timedelta(1), "b", "undo", "J1", "y", {}, first))
        )
