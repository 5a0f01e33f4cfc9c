"""Nothing that the hub or the command line asks of the store reads a whole big table, however it grows."""

from pathlib import Path

import pytest

from printhub import OutcomeUnknown, Rejected, Report, Unavailable
from printhub.core.flow.dispatcher import Workbench
from printhub.core.hub import Hub
from printhub.core.settings import load
from printhub.core.store import deliveries
from printhub.core.store.plans import watched
from printhub.core.store.sqlite import SqliteStore
from printhub.testing import after_sending
from tests.unit.cli.shop import Shop

pytestmark = pytest.mark.embedded  # it reads SQLite's plans

LISTS = (
    "jobs list",
    "jobs list --failed",
    "jobs list --text J1",
    "jobs list --text jane --unapproved",
    "jobs list --text J",
    "jobs list --text nobody --status Printed --ever Ordered --blocked",
    "jobs list --instance mis --state held --storefront shop --type Static --payment Paid --order-status Pending",
    "jobs list --overdue --mode test --since 7d --until 2030-01-01 --order O1 --show-cancelled --show-deleted",
    "jobs list --unplanned",
    "jobs show J1",
    "deliveries list",
    "deliveries list --state failed --state held",
    "deliveries list --instance mis",
    "deliveries list --instance mis --state failed",
    "deliveries list --job J1",
    "events list",
    "events list --early",
    "events list --refused",
    "metrics",
)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    made = Shop(tmp_path)
    assert made.cli("db", "upgrade").exit_code == 0
    return made


def test_a_day_at_work_reads_no_table_from_end_to_end(shop: Shop) -> None:
    shop.script.answer("notify", Rejected("no such sheet"), job="J2")
    shop.script.answer("notify", Unavailable("busy"), job="J3")
    shop.script.answer("notify", after_sending(OutcomeUnknown("lost")), job="J4")
    shop.script.answer("notify", Report.accepted("R5"), job="J5")
    with watched() as seen:
        shop.order("O1", "J1", "J2", "J3", "J4", "J5")
        shop.order("O2", "J6", payment="Pending")
        shop.emit("job.blocked", {"job": "J6"})
        shop.emit("order.cancelled", {"order": "O2"})
        shop.emit("order.note_added", {"order": "O9", "note": {"id": "N1", "text": "early"}})
        shop.emit("order.changed", {"order": "O1", "customer": {"name": "John"}})
        shop.run()
        _serve(shop)
        for listed in LISTS:
            assert shop.cli(*listed.split()).exit_code == 0, listed
            assert shop.cli(*listed.split(), "--json").exit_code == 0, listed

    assert len(seen.statements) > 60
    assert seen.scans(shop.folder / "var" / "printhub.db") == []


def test_a_scan_would_be_seen(shop: Shop) -> None:
    store = SqliteStore(shop.folder / "var" / "printhub.db")
    with watched() as seen:
        store.read(lambda tx: tx.exec_driver_sql("SELECT id FROM job WHERE product = 'Cards'").all())
        store.read(lambda tx: tx.exec_driver_sql("SELECT id FROM job WHERE number = 'J1'").all())

    [found] = seen.scans(store.path)
    assert found == "SCAN job: SELECT id FROM job WHERE product = 'Cards'"
    store.close()


def _serve(shop: Shop) -> None:
    """What the threads of a serving hub ask again and again."""
    hub = Hub(load(shop.path, plugins=shop.plugins, environ={}), shop.plugins.adapters, now=shop.clock)
    try:
        hub.renew_lease()
        hub.recover()
        for _ in range(3):
            shop.clock.advance(hub.settings.instances["mis"].grace)
            hub.renew_lease()
            hub.sweeper.step()
            while hub.fetcher.step() + hub.timers.step() + sum(_turn(bench) for bench in hub.benches):
                pass
            hub.store.read(lambda tx: deliveries.unannounced(tx, 10))
            hub.timers.wait(hub.settings.instances["mis"].grace)
    finally:
        hub.close()


def _turn(bench: Workbench) -> int:
    taken = bench.take(4)
    caller = bench.caller()
    for work in taken:
        attempted = bench.work(work, caller)
        if attempted is not None:
            bench.conclude(attempted)
    caller.close()
    return len(taken)
