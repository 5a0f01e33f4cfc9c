"""Invariant 2: a recorded event is durable, with all that it changes; the same event twice is one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from printhub.core.flow.receipts import Taken
from printhub.core.hub import Hub
from printhub.core.store import dossiers, events
from printhub.testing.script import Script
from tests.invariants.shop import all_deliveries, emit, job, memory_hub, mis, order, real_hub, settings

ORDERS = 5


def test_what_was_confirmed_outlives_the_process_at_once(tmp_path: Path) -> None:
    """A process that ends itself without any clean-up after the answer to its fifth event."""
    child = subprocess.run(
        [sys.executable, "-m", "tests.invariants.test_02_recorded_is_durable", str(tmp_path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=60,
        check=False,
    )
    assert child.returncode == 9

    with real_hub(tmp_path, settings(), [mis(Script())]) as hub:
        for number in range(ORDERS):
            assert [one.number for one in hub.store.read(lambda tx, n=number: dossiers.find_jobs(tx, f"J{n}"))] == [  # type: ignore[misc] # the default binds it
                f"J{number}"
            ]
        assert {one.subject for one in all_deliveries(hub)} == {f"J{number}" for number in range(ORDERS)}
        assert len(hub.store.read(lambda tx: events.listed(tx, None, 100))) == ORDERS


def test_an_event_and_all_that_it_changes_share_one_commit(tmp_path: Path) -> None:
    with real_hub(tmp_path, settings(), [mis(Script())]) as hub:
        seen: list[tuple[int, int]] = []

        def look(hub: Hub = hub) -> None:
            recorded = len(hub.store.read(lambda tx: events.listed(tx, None, 10)))
            seen.append((recorded, len(all_deliveries(hub))))

        look()
        emit(hub, "printhub.order.placed", order())
        look()

    assert seen == [(0, 0), (1, 1)]


def test_an_event_that_could_not_be_recorded_was_not_taken_in_part() -> None:
    with memory_hub(Script()) as hub:
        job_twice = [job("J1"), job("J1")]  # the store refuses the second one in the middle of the transaction
        receipt = hub.emit("printhub.order.placed", order(jobs=job_twice))

        if receipt.refused:
            assert hub.deliveries("J1") == []
            assert hub.refused()[0].reason == receipt.reason
        else:  # or the hub takes it for one job
            assert len({one.verb for one in hub.deliveries("J1")}) == len(hub.deliveries("J1"))


@pytest.mark.parametrize("restarted", [False, True])
def test_the_same_event_twice_is_one(restarted: bool) -> None:
    with memory_hub(Script()) as hub:
        first = hub.emit("printhub.order.placed", order(), id="e1")
        hub.run()
        if restarted:
            hub.restart()
        again = hub.emit("printhub.order.placed", order(), id="e1")
        hub.run()

        assert (first.taken, again.taken) == (Taken.ACCEPTED, Taken.REPEATED)
        assert len(hub.deliveries("J1")) == 1
        assert len(hub.history("J1")) == 2


def test_the_same_fact_under_a_fresh_id_plans_nothing_twice() -> None:
    with memory_hub(Script()) as hub:
        for _ in range(3):
            hub.emit("printhub.order.placed", order())
        hub.run()

        assert len(hub.deliveries("J1")) == 1


def main(folder: Path) -> None:
    """Record some orders and end like a process that was killed."""
    with real_hub(folder, settings(), [mis(Script())]) as hub:
        for number in range(ORDERS):
            receipt = emit(hub, "printhub.order.placed", order(f"O{number}", [job(f"J{number}")]))
            assert receipt.accepted
        os._exit(9)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
