"""The daily look and the groups of failures read by indexes, however long the tables are."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import event

from printhub.core.model.deliveries import DeliveryState
from printhub.core.store import counting, deliveries, failures, gauges, tallies, testdata, timers
from printhub.core.store.events import EventState
from printhub.core.store.store import Store, Tx
from printhub.testing.clock import START
from tests.contract.store.records import a_delivery

_SMALL = r"\w+ USING (?:COVERING )?INDEX ix_(?:asset_failed(?:_job)?|delivery_failures)$"
_SCAN = re.compile(rf"SCAN (?!anon|CONSTANT|\(subquery)(?!{_SMALL})")
"""A whole table is read; what a subquery counted, or what a partial index holds, is small."""

READS: dict[str, Callable[[Tx], object]] = {
    "deliveries in a state": lambda tx: counting.in_state(tx, DeliveryState.WAITING_ACTION),
    "deliveries for a person": counting.for_a_person,
    "overdue deliveries": counting.overdue,
    "jobs that no route leads anywhere": counting.unplanned,
    "what is tried again": lambda tx: counting.retrying(tx, "mis"),
    "waiting events": lambda tx: counting.waiting_since(tx, EventState.EARLY, START),
    "unknown events": lambda tx: counting.unknown_since(tx, START),
    "refused input": lambda tx: counting.refused_since(tx, START),
    "failed files": counting.failed_files,
    "an instance's queue": lambda tx: counting.queue(tx, "mis"),
    "running deliveries": counting.running,
    "instances with deliveries": lambda tx: counting.instances_besides(tx, ["mis"]),
    "groups of failures": failures.groups,
    "failures of a group": lambda tx: failures.members(tx, "f", limit=10),
    "files that failed": lambda tx: failures.files(tx, limit=10),
    "what is ready before": lambda tx: deliveries.ready_before(tx, a_delivery(), 10),
    "attempts of deliveries": lambda tx: deliveries.attempts_of(tx, [UUID(int=1)]),
    "timers": lambda tx: timers.of(tx, ["a", "b"]),
    "events about what is cleared": lambda tx: testdata.events(tx, "shop", ["O1", "O2"], ["J1", "J2"]),
    "references of what is cleared": lambda tx: testdata.references(tx, [UUID(int=1), UUID(int=2)]),
    "numbers of others": lambda tx: testdata.elsewhere(tx, "shop", ["J1", "J2"]),
    "jobs that are called about": lambda tx: testdata.busy(tx, [UUID(int=1), UUID(int=2)]),
    "orders that lose all jobs": lambda tx: testdata.emptied(tx, [UUID(int=1)], [UUID(int=1), UUID(int=2)]),
    "rows of what is cleared": lambda tx: testdata.owned(tx, [UUID(int=1)], [UUID(int=1)], [UUID(int=1)]),
    "state of what is cleared": lambda tx: testdata.state(tx, {owner: {UUID(int=1)} for owner in testdata.Owner}),
    "deliveries of an instance in each state": lambda tx: gauges.in_states(tx, "mis"),
    "what was ready first": lambda tx: gauges.ready_since(tx, "mis"),
    "jobs with a word": lambda tx: gauges.jobs(tx, "overdue", "mis"),
    "events that wait": lambda tx: gauges.waiting(tx, (EventState.EARLY, EventState.UNATTRIBUTED)),
    "timers that are due": lambda tx: gauges.due(tx, START),
    "all rows that were ever numbered": gauges.totals,
    "events accepted between two moments": lambda tx: tallies.accepted(tx, UUID(int=1), UUID(int=2)),
    "input refused between two moments": lambda tx: tallies.refused(tx, UUID(int=1), UUID(int=2)),
    "attempts between two moments": lambda tx: tallies.attempts(tx, UUID(int=1), UUID(int=2)),
}
WRITES: dict[str, Callable[[Tx], object]] = {
    "time given back to an instance": lambda tx: deliveries.postpone(tx, "mis", "", 1),
    "time given back to a storefront": lambda tx: deliveries.postpone(tx, "mis", "shop", 1),
}


def plan(store: Store, work: Callable[[Tx], object]) -> list[str]:
    """How SQLite would find what a piece of work asks for: one line a step."""
    asked: list[tuple[str, object]] = []

    def explained(tx: Tx) -> list[str]:
        listening = (tx, "before_cursor_execute", note)
        event.listen(*listening)
        work(tx)
        event.remove(*listening)
        return [
            str(row[3])
            for statement, parameters in asked
            for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[arg-type] # as it came
        ]

    def note(*facts: object) -> None:
        asked.append((str(facts[2]), facts[3]))

    return store.write(explained)


@pytest.mark.embedded  # it reads SQLite's plan
@pytest.mark.parametrize("what", [*READS, *WRITES])
def test_nothing_here_scans_a_table(fresh: Store, what: str) -> None:
    steps = plan(fresh, (READS | WRITES)[what])

    assert steps
    assert [step for step in steps if _SCAN.match(step)] == []


@pytest.mark.embedded  # it reads SQLite's plan
def test_a_jobs_number_is_not_looked_for_among_all_deliveries_of_a_partner(fresh: Store) -> None:
    steps = plan(fresh, lambda tx: deliveries.jobs_at(tx, "mis", "J1"))

    assert [step for step in steps if "delivery" in step] == [
        "SEARCH delivery USING INDEX ix_delivery_job_id (job_id=?)"
    ]
