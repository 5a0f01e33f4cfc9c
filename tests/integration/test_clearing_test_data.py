"""Test data is cleared: all that belongs to it is exported and goes, all else stays, and the hub goes on."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from printhub.core.flow.acts.desk import Desk
from printhub.core.flow.testdata import BATCH, Clearance, Cleared
from printhub.core.hub import Hub
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import ActRefused, NotFound
from printhub.core.serving import serving
from printhub.core.store import searchable
from printhub.core.store import testdata as rows
from printhub.core.store.opening import DATABASE
from printhub.core.store.schema import metadata
from printhub.core.store.sqlite import SqliteStore
from printhub.core.store.store import Tx
from printhub.testing import MemoryHub, Script, tiny_pdf
from tests.invariants.shop import emit, job, mis, order, real_hub, settings, states, wait_until
from tests.services.stores import examples

SHARED = {"profile", "profile_ever", "profile_work"}
"""Tables of what jobs have in common; nothing there says which jobs."""
KEPT = {
    "operator_act",
    "bulk_act",
    "instance",
    "pace",
    "allowance",
    "worker",
    "hub",
    "poll",
    "signing_key",
    "quarantine",
    "timer",
    "alembic_version",
    "hub_user",
    "token",
    "session",
    "login_attempt",
    "reply",
    "feed",
    "feed_mark",
    *SHARED,
}
"""Tables that hold nothing of one order or job, or that are cleared by other means (timers: by their subjects)."""
DERIVED = {"job_words", *(table.name for table in searchable.TABLES)}
"""Tables that say again what others hold, to find jobs by."""
OWNERS = {"job_id", "order_id", "delivery_id", "asset_id", "status_change_id", "event_id"}


def quiet(_what: str, _done: int, _whole: int) -> None:
    """Progress that nobody looks at."""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[MemoryHub]:
    """A live storefront that takes test orders too, another storefront in test mode, and a press of each mode."""
    written = settings("test", "live", storefronts=("shop", "other"))
    written["storefronts"]["shop"]["mode"] = "live"
    written["instances"]["live"]["mode"] = "live"
    written["files"] = {"roots": [str(tmp_path)]}
    adapters = [mis(Script(), name) for name in ("test", "live")]
    with MemoryHub(written, adapters) as made:
        yield made


def place(hub: MemoryHub, folder: Path, number: int, *, test: bool, storefront: str = "shop", jobs: int = 1) -> None:
    """An order of jobs with files, a note, a changed purchase-order number and a job that was added later."""
    lines = [with_file(folder, f"J{number}-{one}") for one in range(jobs)]
    placed = order(f"O{number}", lines, test=test, customer={"name": "Jane Doe"}, notes=[{"id": "N", "text": "hello"}])
    hub.emit("printhub.order.placed", placed, storefront=storefront)
    hub.emit("printhub.order.changed", {"order": f"O{number}", "po_number": "PO"}, storefront=storefront)
    hub.emit("printhub.job.changed", {"job": f"J{number}-0", "product": "Cards"}, storefront=storefront)
    hub.emit("printhub.job.added", {"order": f"O{number}", "job": job(f"A{number}")}, storefront=storefront)


def with_file(folder: Path, number: str) -> dict[str, Any]:
    file = folder / f"{number}.pdf"
    file.write_bytes(tiny_pdf(number))
    return job(number, product_type="Static", output=[{"name": file.name, "url": file.as_uri()}])


def clear(hub: MemoryHub, export: Path, storefront: str = "shop") -> Cleared:
    return hub.hub.testdata.clear(storefront, export, by="operator:test", why="before going live", progress=quiet)


def counted(hub: Hub) -> Counter[str]:
    """How many rows each table has."""
    found = Counter[str]()
    for table in (*metadata.tables, "job_words"):
        query = f"SELECT count(*) FROM {table}"  # noqa: S608 - our own tables
        found[table] = hub.store.read(lambda tx, query=query: tx.exec_driver_sql(query).scalar_one())  # type: ignore[misc] # it binds the query
    return found


def exported(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def files(hub: MemoryHub) -> int:
    return len([path for path in hub.hub.folders.root.rglob("*") if path.is_file()])


def test_what_is_left_is_what_would_be_there_had_the_test_orders_never_come(hub: MemoryHub, tmp_path: Path) -> None:
    place(hub, tmp_path, 1, test=False)
    place(hub, tmp_path, 2, test=True, storefront="other")
    hub.emit("printhub.job.created", {"job": job("X1", product_type="External")})
    hub.run()
    before, there = counted(hub.hub), files(hub)
    place(hub, tmp_path, 3, test=True, jobs=3)
    hub.emit("printhub.job.created", {"job": job("X2", product_type="External"), "test": True})
    hub.run()

    done = clear(hub, tmp_path / "export.jsonl")

    assert (done.orders, done.jobs, done.busy) == (1, 5, [])
    after = counted(hub.hub)
    assert after.pop("operator_act") == 1
    assert before.pop("operator_act") == 0
    assert {table for table in after if after[table] != before[table]} <= SHARED
    assert files(hub) == there
    assert hub.current("J1-0") is not None


def test_the_export_holds_every_row_that_was_removed_and_its_owner_alone_can_read_it(
    hub: MemoryHub, tmp_path: Path
) -> None:
    place(hub, tmp_path, 1, test=True, jobs=2)
    hub.run()
    before = counted(hub.hub)

    clear(hub, tmp_path / "export.jsonl")

    after = counted(hub.hub)
    lines = exported(tmp_path / "export.jsonl")
    kinds = Counter(line["table"] for line in lines)
    gone = {table: before[table] - after[table] for table in before if before[table] > after[table]}
    assert set(gone) >= DERIVED
    gone = {table: count for table, count in gone.items() if table not in DERIVED and table != "timer"}
    assert {kind: count for kind, count in kinds.items() if kind not in ("export", "end")} == gone
    assert {"job", "customer_order", "status_change", "delivery", "attempt", "person", "note", "event"} <= set(gone)
    assert (lines[0]["table"], lines[0]["storefront"]) == ("export", "shop")
    assert "personal data" in lines[0]["note"]
    assert lines[-1] == {"table": "end", "orders": 1, "jobs": 3}
    assert "Jane Doe" in (tmp_path / "export.jsonl").read_text()
    assert (tmp_path / "export.jsonl").stat().st_mode & 0o777 == 0o600


def test_the_same_events_count_as_new_afterwards(hub: MemoryHub, tmp_path: Path) -> None:
    placed = order("O1", [job("J1")], test=True)
    first = hub.emit("printhub.order.placed", placed, id="e1", time=hub.clock())
    hub.run()
    clear(hub, tmp_path / "export.jsonl")

    again = hub.emit("printhub.order.placed", placed, id="e1", time=hub.clock())
    hub.run()

    assert first.accepted
    assert again.accepted
    assert [delivery.state for delivery in hub.deliveries("J1")] == [DeliveryState.DONE]


def test_a_job_that_is_being_called_about_is_left_and_goes_the_next_time(hub: MemoryHub, tmp_path: Path) -> None:
    hub.emit("printhub.order.placed", order("O1", [job("J1"), job("J2")], test=True))
    bench = next(bench for bench in hub.hub.benches if bench.instance.name == "test")
    [work] = bench.take(1)

    done = clear(hub, tmp_path / "export.jsonl")

    assert (done.orders, done.jobs, len(done.busy)) == (0, 1, 1)
    caller = bench.caller()
    attempted = bench.work(work, caller)
    assert attempted is not None
    bench.conclude(attempted)
    caller.close()
    assert [delivery.state for delivery in hub.deliveries(done.busy[0])] == [DeliveryState.DONE]
    assert clear(hub, tmp_path / "second.jsonl").orders == 1
    assert counted(hub.hub)["event"] == 0


@pytest.mark.embedded  # the trigger is written in SQLite's words
def test_what_cannot_be_removed_keeps_its_files_and_stands_in_the_export_already(
    hub: MemoryHub, tmp_path: Path
) -> None:
    place(hub, tmp_path, 1, test=True, jobs=2)
    hub.run()
    before, there = counted(hub.hub), files(hub)
    refuse = "BEFORE DELETE ON customer_order BEGIN SELECT RAISE(ABORT, 'not now'); END"
    hub.hub.store.write(lambda tx: tx.exec_driver_sql(f"CREATE TRIGGER refuse {refuse}"))

    with pytest.raises(DBAPIError, match="not now"):
        clear(hub, tmp_path / "first.jsonl")

    assert there == files(hub) > 0
    assert counted(hub.hub) - before == {"operator_act": 1}
    assert before - counted(hub.hub) == {}
    assert Counter(line["table"] for line in exported(tmp_path / "first.jsonl"))["job"] == 3
    hub.hub.store.write(lambda tx: tx.exec_driver_sql("DROP TRIGGER refuse"))
    assert clear(hub, tmp_path / "second.jsonl").jobs == 3
    assert files(hub) == 0


T = TypeVar("T")


class Meddled(SqliteStore):
    """A store to which something happens each time before it is written to."""

    def __init__(self, path: Path, *happens: Callable[[], object]) -> None:
        super().__init__(path, durable=False)
        self._happens = list(happens)

    def write(self, work: Callable[[Tx], T]) -> T:
        if self._happens:
            self._happens.pop(0)()
        return super().write(work)


CHANGES: dict[str, tuple[Callable[[MemoryHub], object], str]] = {
    "an order": (lambda hub: hub.emit("printhub.order.changed", {"order": "O1", "po_number": "new"}), "new"),
    "a customer": (lambda hub: hub.emit("printhub.order.changed", {"order": "O1", "customer": {"name": "new"}}), "new"),
    "a job": (lambda hub: hub.emit("printhub.job.changed", {"job": "J1-0", "product": "new"}), "new"),
    "what was said": (lambda hub: hub.emit("shop.unknown", {"order": "O1", "what": "new"}), "new"),
    "a history": (lambda hub: hub.emit("printhub.job.blocked", {"job": "J1-0", "reason": "new"}), "new"),
    "a delivery": (lambda hub: hub.skip(hub.deliveries("A1")[0].id), "skipped"),
}
"""What may change at the wrong moment, and what the export has to say then."""


@pytest.mark.embedded  # it meddles with the one writer of a file
@pytest.mark.parametrize("what", CHANGES)
def test_what_changes_while_it_is_exported_is_exported_anew(hub: MemoryHub, tmp_path: Path, what: str) -> None:
    change, word = CHANGES[what]
    place(hub, tmp_path, 1, test=True)
    store = Meddled(hub.hub.data / DATABASE, lambda: None, lambda: change(hub))
    clearance = Clearance(Desk(store, hub.hub.rules, hub.hub.intake), hub.hub.folders)

    done = clearance.clear("shop", tmp_path / "a", by="operator:test", why="so", progress=quiet)

    store.close()
    assert (done.orders, done.jobs, done.busy) == (1, 2, [])
    assert f'"{word}"' in (tmp_path / "a").read_text().replace("\\", "")
    assert Counter(line["table"] for line in exported(tmp_path / "a"))["job"] == 2
    assert {table for table, count in counted(hub.hub).items() if count} <= KEPT


@pytest.mark.embedded  # it meddles with the one writer of a file
def test_a_job_that_changes_all_the_while_is_left_and_holds_up_no_other(hub: MemoryHub, tmp_path: Path) -> None:
    hub.emit("printhub.order.placed", order("O1", [job("J1"), job("J2"), job("J3")], test=True))
    changes = (lambda n=n: hub.emit("printhub.job.changed", {"job": "J1", "product": f"P{n}"}) for n in range(100))
    store = Meddled(hub.hub.data / DATABASE, lambda: None, *changes)
    clearance = Clearance(Desk(store, hub.hub.rules, hub.hub.intake), hub.hub.folders)

    done = clearance.clear("shop", tmp_path / "a", by="operator:test", why="so", progress=quiet)

    store.close()
    assert (done.orders, done.jobs, done.busy) == (0, 2, ["J1"])
    assert [line["number"] for line in exported(tmp_path / "a") if line["table"] == "job"] == ["J2", "J3"]


@pytest.mark.parametrize("size", [BATCH - 1, BATCH, BATCH + 1, 2 * BATCH + 50])
def test_an_order_of_any_size_goes_in_pieces(hub: MemoryHub, tmp_path: Path, size: int) -> None:
    hub.emit("printhub.order.placed", order("O1", [job(f"J{one}") for one in range(size)], test=True))

    done = clear(hub, tmp_path / "export.jsonl")

    assert (done.orders, done.jobs) == (1, size)
    assert counted(hub.hub)["event"] == counted(hub.hub)["payload"] == 0


@hypothesis_settings(max_examples=examples(10))
@given(st.lists(st.integers(0, 60), max_size=8), st.integers(0, 5))
def test_a_clearing_that_is_interrupted_is_finished_by_another(sizes: list[int], after: int) -> None:
    written = settings()
    with MemoryHub(written, [mis(Script())]) as hub:
        for number, size in enumerate(sizes):
            lines = [job(f"J{number}-{one}") for one in range(size)]
            hub.emit("printhub.order.placed", order(f"O{number}", lines))
        left = [after]

        def interrupts(_what: str, _done: int, _whole: int) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt

        folder = hub.hub.data
        try:
            hub.hub.testdata.clear("shop", folder / "a", by="me", why="so", progress=interrupts)
        except KeyboardInterrupt:
            hub.hub.testdata.clear("shop", folder / "b", by="me", why="so", progress=quiet)
        lines_of = [line for path in (folder / "a", folder / "b") if path.exists() for line in exported(path)]

        assert Counter(line["table"] for line in lines_of)["job"] == sum(sizes)
        assert {table for table, count in counted(hub.hub).items() if count} <= KEPT


def test_what_cannot_be_exported_is_not_removed(hub: MemoryHub, tmp_path: Path) -> None:
    place(hub, tmp_path, 1, test=True)
    before = counted(hub.hub)
    (tmp_path / "there.jsonl").write_text("something else")

    for path in (tmp_path / "there.jsonl", tmp_path / "no" / "such" / "folder.jsonl"):
        with pytest.raises(ActRefused):
            clear(hub, path)

    assert counted(hub.hub) == before
    assert (tmp_path / "there.jsonl").read_text() == "something else"


def test_a_storefront_that_nobody_knows_is_refused(hub: MemoryHub, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="other, shop"):
        clear(hub, tmp_path / "export.jsonl", storefront="shopp")


@pytest.mark.embedded  # it reads the tables of a file
def test_every_table_with_rows_of_an_order_or_a_job_is_on_the_list(hub: MemoryHub) -> None:
    """Tables of all sorts, those that no model describes too, such as an index for searching."""
    covered = {table.name for table, _, _ in rows.OWNED} | {table.name for table in searchable.TABLES}

    def owning(table: str) -> bool:
        columns = hub.hub.store.read(lambda tx: tx.exec_driver_sql(f"PRAGMA table_info('{table}')").all())
        return bool(OWNERS & {column.name for column in columns})

    names = hub.hub.store.read(
        lambda tx: tx.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
    )
    assert {name for name in names if owning(name)} - covered == set()
    assert set(metadata.tables) - covered - KEPT == set()


@pytest.mark.embedded  # it reads SQLite's plans
def test_no_large_table_is_read_from_end_to_end_to_take_a_job_away(hub: MemoryHub) -> None:
    scans = []
    for table, column, _ in rows.OWNED:
        query = f"EXPLAIN QUERY PLAN DELETE FROM {table.name} WHERE {column} IN (?, ?)"  # noqa: S608 - our own tables
        plan = hub.hub.store.read(lambda tx, query=query: tx.exec_driver_sql(query, ("a", "b")).all())  # type: ignore[misc] # it binds the query
        scans += [f"{table.name}.{column}" for step in plan if step.detail.startswith("SCAN")]

    assert scans == []


def test_a_hub_that_serves_goes_on_while_test_data_is_cleared(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    script = Script()
    written = settings(storefronts=("shop", "other"))
    with real_hub(tmp_path / "var", written, [mis(script)]) as hub, serving(hub):
        for number in range(60):
            for storefront in ("shop", "other"):
                data = order(f"O{number}", [job(f"{storefront}-{number}")])
                emit(hub, "printhub.order.placed", data, source=f"https://{storefront}.example")
            if number % 10 == 0:
                export = tmp_path / f"export-{number}.jsonl"
                hub.testdata.clear("shop", export, by="operator:test", why="again", progress=quiet)
        wait_until(
            lambda: len({call.subject for call in script.calls if call.subject.startswith("o")}) == 60, "all went"
        )
        wait_until(lambda: {state for _, state in states(hub)} == {DeliveryState.DONE}, "all is done")
        done = hub.testdata.clear("shop", tmp_path / "last.jsonl", by="operator:test", why="again", progress=quiet)

        assert done.busy == []
        assert states(hub) == {("mis", DeliveryState.DONE): 60}
    assert max(Counter(call.subject for call in script.calls).values()) == 1
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
