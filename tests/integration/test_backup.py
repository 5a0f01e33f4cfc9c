"""A hub is backed up in the middle of its work, and restored elsewhere: nothing is lost, and nothing goes twice."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import JsonValue

from printhub import Absent, Call, Finding, Found, Report
from printhub.core.files.backups import Backup
from printhub.core.flow import stops
from printhub.core.flow.restore import Restoration, Restored
from printhub.core.hub import Hub
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import ActRefused, BackupUnusable, Rejected, StoreUnavailable
from printhub.core.model.verbs import Effect, Verb
from printhub.core.serving import serving
from printhub.core.store import acts, hubs, instances
from printhub.core.store.instances import Cause
from printhub.core.store.sqlite import SqliteStore
from printhub.core.store.upgrade import upgrade
from printhub.testing import MisSimulator, Script, tiny_pdf
from tests.contract.adapters.honest import HonestMis
from tests.invariants.shop import SOURCE, all_deliveries, job, mis, order, place, real_hub, settings, states, wait_until

pytestmark = pytest.mark.embedded  # `printhub backup` copies a file; databases are backed up by their own tools

TOKEN = "a-token-that-nobody-may-see"
DONE, UNKNOWN = DeliveryState.DONE, DeliveryState.UNKNOWN
ORDERS = 60


def quiet(_what: str, _done: int, _whole: int) -> None:
    """Progress that nobody looks at."""


@contextmanager
def hub_at(folder: Path, written: dict[str, Any], adapters: list[Any]) -> Iterator[Hub]:
    """A hub on a store that `printhub db upgrade` made."""
    folder.mkdir(exist_ok=True)
    store = SqliteStore(folder / "printhub.db")
    upgrade(store, datetime.now(UTC))
    store.close()
    with real_hub(folder, written, adapters) as hub:
        yield hub


def event(number: int, artwork: Path) -> dict[str, JsonValue]:
    """An order of one job with a file, as the storefront states it; always word for word the same."""
    file = artwork / f"J{number}.pdf"
    if not file.exists():
        file.write_bytes(tiny_pdf(file.name))
    output = [{"name": file.name, "url": file.as_uri()}]
    return stated(number, job(f"J{number}", product_type="Static", output=output))


def stated(number: int, line: dict[str, JsonValue] | None = None) -> dict[str, JsonValue]:
    """An order of one job, by itself of a stock product, which has no files."""
    placed = order(f"O{number}", [line or job(f"J{number}")])
    time = datetime.now(UTC) - timedelta(seconds=1)
    own: dict[str, JsonValue] = {"id": f"e{number}", "source": SOURCE, "specversion": "1.0", "time": time.isoformat()}
    return {**own, "type": "printhub.order.placed", "data": placed}


def resume(hub: Hub) -> None:
    """What `printhub resume` does for each instance."""
    paused = [stop for stop in hub.store.read(instances.stops) if stop.cause is Cause.PAUSED]
    assert {stop.name for stop in paused} == set(hub.settings.instances)
    for stop in paused:
        hub.store.write(lambda tx, stop=stop: stops.lift(tx, hub.rules, stop))  # type: ignore[misc] # it binds the stop


def restore(hub: Hub, backup: Path, into: Path, *, replace: bool = False) -> Restored:
    restoration = Restoration(into / "printhub.db", into / "jobs", hub.rules, busy_seconds=0.2)
    return restoration.restore(backup, replace=replace, by="operator:test", why="the disk died", progress=quiet)


def test_a_hub_restored_from_a_backup_taken_under_load_makes_no_call_a_second_time(tmp_path: Path) -> None:
    artwork = tmp_path / "artwork"
    artwork.mkdir()
    events = [event(number, artwork) for number in range(ORDERS)]
    with MisSimulator(auth=("bearer", TOKEN)) as press:
        written = settings("honest", grace="1ms", config={"url": press.url, "token": TOKEN})
        written["files"] = {"roots": [str(artwork)]}
        with hub_at(tmp_path / "first", written, [HonestMis]) as first, serving(first):
            half, go_on = threading.Event(), threading.Event()

            def emit_all() -> None:
                for number, one in enumerate(events):
                    assert first.intake.take_raw(one).accepted
                    if number == ORDERS // 2:
                        half.set()
                        go_on.wait(20)

            emitting = threading.Thread(target=emit_all)
            emitting.start()
            assert half.wait(20)
            wait_until(lambda: states(first).get(("honest", DONE), 0) > 10, "some calls are done")
            go_on.set()
            taken = first.backups.take(tmp_path / "backup", quiet)
            emitting.join(20)
            wait_until(lambda: states(first) == {("honest", DONE): 3 * ORDERS}, "all calls are done", 60)

        assert not taken.manifest.lost
        assert taken.manifest.counts["job"] + 1 > ORDERS // 2
        done = restore(first, tmp_path / "backup", tmp_path / "second")
        assert done.kept is None
        with real_hub(tmp_path / "second", written, [HonestMis]) as second:
            calls = len(press.journal)
            with serving(second):
                receipts = [second.intake.take_raw(one) for one in events]
                assert not [receipt for receipt in receipts if receipt.refused]
                wait_until(lambda: len(all_deliveries(second)) == 3 * ORDERS, "all is planned")
                assert len(press.journal) == calls, "nothing goes while the instances are paused"
                resume(second)
                wait_until(lambda: states(second) == {("honest", DONE): 3 * ORDERS}, "all calls are done", 60)

        assert {press.effects(f"J{number}") for number in range(ORDERS)} == {1}
        assert {len(press.jobs_of(f"J{number}")) for number in range(ORDERS)} == {1}
        assert {entry.manifests for entry in press.jobs.values()} == {1}


@pytest.mark.parametrize(
    ("effect", "lookups", "state", "effects"),
    [
        (Effect.KEYED, 0, DONE, 1),
        (Effect.LOOKUP, 1, DONE, 1),
        (Effect.BLIND, 0, UNKNOWN, 1),
    ],
)
def test_what_went_after_the_backup_is_asked_about_or_goes_under_its_key_or_waits_for_a_person(
    tmp_path: Path, effect: Effect, lookups: int, state: DeliveryState, effects: int
) -> None:
    book, script = set[str](), Script()

    def notify(_message: object, call: Call) -> Report:
        book.add(call.key)
        return Report.done("R")

    script.default("notify", notify)
    script.default("lookup", lambda _message, call: found(call.key in book))
    adapters = [mis(script, effects={Verb.NOTIFY: effect})]
    placed = stated(1)
    with hub_at(tmp_path / "first", settings(), adapters) as first:
        first.intake.take_raw(placed)
        first.backups.take(tmp_path / "before", quiet)
        with serving(first):
            script.wait_for("notify")
            wait_until(lambda: states(first) == {("mis", DONE): 1}, "it is done")
    restore(first, tmp_path / "before", tmp_path / "second")
    with real_hub(tmp_path / "second", settings(), adapters) as second, serving(second):
        resume(second)
        wait_until(lambda: states(second) == {("mis", state): 1}, f"it is {state}")
        if state is UNKNOWN:
            wait_until(lambda: "person" in all_deliveries(second)[0].reason, "it waits for a person")

    assert len(script.asked("lookup")) == lookups
    assert len(book) == effects
    assert len({call.key for call in script.asked("notify")}) == 1


def test_a_call_that_never_went_goes_after_its_partner_was_asked(tmp_path: Path) -> None:
    script = Script()
    script.default("lookup", lambda _message, _call: found(False))
    adapters = [mis(script, effects={Verb.NOTIFY: Effect.LOOKUP})]
    with hub_at(tmp_path / "first", settings(), adapters) as first:
        first.intake.take_raw(stated(1))
        first.backups.take(tmp_path / "backup", quiet)
    restore(first, tmp_path / "backup", tmp_path / "second")
    with real_hub(tmp_path / "second", settings(), adapters) as second, serving(second):
        resume(second)
        script.wait_for("notify")

    assert [call.verb for call in script.calls] == ["lookup", "notify"]


def test_a_call_that_was_being_made_when_the_backup_was_taken_is_unknown_and_asked_about(tmp_path: Path) -> None:
    script, free = Script(), threading.Event()

    def hangs(_message: object, call: Call) -> Report:
        call.sending()
        free.wait(20)
        return Report.done("R")

    script.answer("notify", hangs)
    script.default("lookup", lambda _message, _call: found(True))
    adapters = [mis(script, effects={Verb.NOTIFY: Effect.LOOKUP})]
    written = settings(grace="1ms")
    with hub_at(tmp_path / "first", written, adapters) as first, serving(first):
        first.intake.take_raw(stated(1))
        script.wait_for("notify")
        first.backups.take(tmp_path / "backup", quiet)
        [running] = all_deliveries(first)
        free.set()
    done = restore(first, tmp_path / "backup", tmp_path / "second")
    with real_hub(tmp_path / "second", written, adapters) as second:
        [unknown] = all_deliveries(second)
        assert (unknown.state, unknown.worker) == (UNKNOWN, None)
        assert unknown.fence > running.fence, "an outcome of the old hub is stale"
        with serving(second):
            resume(second)
            wait_until(lambda: states(second) == {("mis", DONE): 1}, "it is found to be done")

    assert done.doubted == 0
    assert [call.verb for call in script.calls] == ["notify", "lookup"]


def test_a_key_that_was_forgotten_since_the_backup_is_not_trusted(tmp_path: Path) -> None:
    script = Script()
    adapters = [mis(script, effects=dict.fromkeys(Verb, Effect.KEYED))]
    written = settings(key_life="1ms")
    with hub_at(tmp_path / "first", written, adapters) as first:
        first.intake.take_raw(stated(1))
        first.backups.take(tmp_path / "backup", quiet)
    restore(first, tmp_path / "backup", tmp_path / "second")
    with real_hub(tmp_path / "second", written, adapters) as second, serving(second):
        resume(second)
        wait_until(lambda: states(second) == {("mis", UNKNOWN): 1}, "it waits for a person")

    assert script.calls == ()


def test_a_failed_call_that_is_retriggered_after_the_restoration_is_asked_about_too(tmp_path: Path) -> None:
    script = Script()
    script.answer("notify", Rejected("no such paper"))
    script.default("lookup", lambda _message, _call: found(True))
    adapters = [mis(script, effects={Verb.NOTIFY: Effect.LOOKUP})]
    with hub_at(tmp_path / "first", settings(), adapters) as first:
        first.intake.take_raw(stated(1))
        with serving(first):
            wait_until(lambda: states(first) == {("mis", DeliveryState.FAILED): 1}, "it failed")
        first.backups.take(tmp_path / "backup", quiet)
    restore(first, tmp_path / "backup", tmp_path / "second")
    with real_hub(tmp_path / "second", settings(), adapters) as second, serving(second):
        resume(second)
        [failed] = all_deliveries(second)
        second.acts.deliveries.retrigger(str(failed.id), by="operator:test", why="the paper came")
        wait_until(lambda: states(second) == {("mis", DONE): 1}, "it is found to be done")

    assert [call.verb for call in script.calls] == ["notify", "lookup"]


def test_a_job_that_is_placed_after_the_restoration_goes_without_any_question(tmp_path: Path) -> None:
    script = Script()
    adapters = [mis(script, effects={Verb.NOTIFY: Effect.LOOKUP})]
    with hub_at(tmp_path / "first", settings(), adapters) as first:
        first.backups.take(tmp_path / "backup", quiet)
    restore(first, tmp_path / "backup", tmp_path / "second")
    with real_hub(tmp_path / "second", settings(), adapters) as second, serving(second):
        second.intake.take_raw(stated(1) | {"time": datetime.now(UTC).isoformat()})
        resume(second)
        script.wait_for("notify")

    assert [call.verb for call in script.calls] == ["notify"]


def test_a_restored_store_belongs_to_another_hub_and_knows_who_restored_it_and_why(tmp_path: Path) -> None:
    with hub_at(tmp_path / "first", settings(), [mis(Script())]) as first:
        taken = first.backups.take(tmp_path / "backup", quiet)
    restore(first, tmp_path / "backup", tmp_path / "second")
    with real_hub(tmp_path / "second", settings(), [mis(Script())]) as second:
        hub = second.store.read(hubs.newest)
        [act] = second.store.read(lambda tx: acts.listed(tx, 10))

    assert hub is not None
    assert hub.id != taken.manifest.hub
    assert hub.backup_taken_at == taken.manifest.taken_at
    assert (act.act, act.by, act.why) == ("restore", "operator:test", "the disk died")


def saved(tmp_path: Path, *, count: int = 2) -> tuple[Hub, Path]:
    """A closed hub with jobs that have files, and a backup of it."""
    artwork = tmp_path / "artwork"
    artwork.mkdir()
    written = settings() | {"files": {"roots": [str(artwork)]}}
    with hub_at(tmp_path / "first", written, [mis(Script())]) as hub:
        for number in range(count):
            hub.intake.take_raw(event(number, artwork))
        while hub.fetcher.step():
            pass
        hub.backups.take(tmp_path / "backup", quiet)
    return hub, tmp_path / "backup"


def test_a_backup_holds_the_store_and_every_file_that_it_names_and_can_be_read_by_its_owner_alone(
    tmp_path: Path,
) -> None:
    _, folder = saved(tmp_path)
    backup = Backup.at(folder)

    backup.verify(quiet)
    assert backup.manifest.counts["job"] == backup.manifest.files == len(list(backup.files())) == 2
    assert folder.stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in folder.iterdir()) == ["files.jsonl", "jobs", "manifest.json", "printhub.db"]
    with closing(sqlite3.connect(folder / "printhub.db")) as store:
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("damage", ["store", "file", "missing", "listing", "manifest", "outside"])
def test_a_damaged_backup_is_refused_and_nothing_is_touched(tmp_path: Path, damage: str) -> None:
    hub, folder = saved(tmp_path)
    file = next(path for path in (folder / "jobs").rglob("*") if path.is_file())
    match damage:
        case "store":
            with (folder / "printhub.db").open("r+b") as store:
                store.seek(5000)
                store.write(b"x")
        case "file":
            file.write_bytes(b"other content")
        case "missing":
            file.unlink()
        case "listing":
            (folder / "files.jsonl").write_text("")
        case "manifest":
            (folder / "manifest.json").write_text("{}")
        case _:
            lines = (folder / "files.jsonl").read_text().splitlines()
            stray = json.loads(lines[0]) | {"place": "../../stray"}
            (folder / "files.jsonl").write_text(json.dumps(stray) + "\n")

    with pytest.raises(BackupUnusable):
        restore(hub, folder, tmp_path / "second")
    assert not (tmp_path / "second").exists()


def test_a_folder_in_use_is_refused_and_with_replace_what_was_there_is_kept(tmp_path: Path) -> None:
    hub, folder = saved(tmp_path)
    with real_hub(tmp_path / "first", settings(), [mis(Script())]) as again:
        again.intake.take_raw(event(7, tmp_path))
        before = len(all_deliveries(again))

    with pytest.raises(ActRefused, match="--replace"):
        restore(hub, folder, tmp_path / "first")
    done = restore(hub, folder, tmp_path / "first", replace=True)

    assert done.kept is not None
    with real_hub(tmp_path / "first", settings(), [mis(Script())]) as now:
        assert len(all_deliveries(now)) == 2
        assert len([path for path in (tmp_path / "first" / "jobs").rglob("*") if path.is_file()]) == 2
    with real_hub(done.kept, settings(), [mis(Script())]) as kept:
        assert len(all_deliveries(kept)) == before == 3
    assert not (tmp_path / "first" / ".restoring").exists()


def test_a_broken_store_can_be_replaced(tmp_path: Path) -> None:
    hub, folder = saved(tmp_path)
    (tmp_path / "first" / "printhub.db").write_bytes(b"no database at all" * 1000)

    done = restore(hub, folder, tmp_path / "first", replace=True)

    assert done.kept is not None
    with real_hub(tmp_path / "first", settings(), [mis(Script())]) as now:
        assert len(all_deliveries(now)) == 2


def test_a_log_that_a_lost_store_left_behind_is_not_taken_for_that_of_the_new_one(tmp_path: Path) -> None:
    hub, folder = saved(tmp_path)
    second = tmp_path / "second"
    second.mkdir()
    with real_hub(tmp_path / "first", settings(), [mis(Script())]) as again:
        again.intake.take_raw(stated(7))
        (second / "printhub.db-wal").write_bytes((tmp_path / "first" / "printhub.db-wal").read_bytes())

    restore(hub, folder, second)

    with real_hub(second, settings(), [mis(Script())]) as now:
        assert len(all_deliveries(now)) == 2


def test_a_store_that_another_command_uses_is_left_alone(tmp_path: Path) -> None:
    hub, folder = saved(tmp_path)
    with real_hub(tmp_path / "first", settings(), [mis(Script())]) as command:
        command.intake.take_raw(stated(7))
        with pytest.raises(StoreUnavailable, match="left alone"):
            restore(hub, folder, tmp_path / "first", replace=True)
        assert len(all_deliveries(command)) == 3

    assert [path.name for path in (tmp_path / "first").iterdir() if "replaced" in path.name] == []


def test_a_folder_that_a_hub_serves_is_refused(tmp_path: Path) -> None:
    hub, folder = saved(tmp_path)
    with real_hub(tmp_path / "first", settings(), [mis(Script())]) as served, serving(served):
        with pytest.raises(StoreUnavailable, match="another"):
            restore(hub, folder, tmp_path / "first", replace=True)
        assert len(all_deliveries(served)) == 2


def test_a_backup_needs_a_place_of_its_own_and_a_failed_one_leaves_nothing(tmp_path: Path) -> None:
    hub, folder = saved(tmp_path)
    with real_hub(tmp_path / "first", settings(), [mis(Script())]) as again:
        with pytest.raises(BackupUnusable, match="there already"):
            again.backups.take(folder, quiet)

        def interrupted(_what: str, _done: int, _whole: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            again.backups.take(tmp_path / "second", interrupted)
    assert [path.name for path in tmp_path.glob("*second*")] + [path.name for path in tmp_path.glob(".*")] == []
    assert hub is not None


def test_of_two_backups_to_one_place_the_first_to_be_whole_is_there_and_the_other_says_so(tmp_path: Path) -> None:
    with hub_at(tmp_path / "data", settings(), [mis(Script())]) as hub:
        place(hub, 1)
        others: list[Path] = []

        def meanwhile(_what: str, _done: int, _whole: int) -> None:
            if not others:
                others.append(tmp_path)
                hub.backups.take(tmp_path / "backup", quiet)

        with pytest.raises(BackupUnusable, match="could not be finished"):
            hub.backups.take(tmp_path / "backup", meanwhile)

        Backup.at(tmp_path / "backup").verify(quiet)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["backup", "data"]


def test_a_backup_can_be_taken_into_the_empty_folder_where_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hub_at(tmp_path / "data", settings(), [mis(Script())]) as hub:
        (tmp_path / "here").mkdir()
        monkeypatch.chdir(tmp_path / "here")

        hub.backups.take(Path(), quiet)

        Backup.at(tmp_path / "here").verify(quiet)


def test_a_file_that_is_not_on_the_disk_any_more_is_named_and_the_rest_is_saved(tmp_path: Path) -> None:
    saved(tmp_path)
    file = next(path for path in (tmp_path / "first" / "jobs").rglob("*") if path.is_file())
    file.unlink()
    with real_hub(tmp_path / "first", settings(), [mis(Script())]) as again:
        done = again.backups.take(tmp_path / "another", quiet)

    assert [lost.place for lost in done.manifest.lost] == [file.relative_to(tmp_path / "first" / "jobs").as_posix()]
    assert done.manifest.files == 1
    Backup.at(tmp_path / "another").verify(quiet)


def test_a_file_that_is_cleared_while_the_backup_is_taken_is_cleared_in_the_backup_too(tmp_path: Path) -> None:
    saved(tmp_path)
    root = tmp_path / "first" / "jobs"
    with real_hub(tmp_path / "first", settings(), [mis(Script())]) as again:

        def clears(what: str, done: int, whole: int) -> None:
            files = [path for path in root.rglob("*") if path.is_file()]
            if what == "pages copied" and done == whole and len(files) == 2:
                files[0].unlink()
                place = files[0].relative_to(root).as_posix()
                clear = "UPDATE asset SET state = 'cleared', stored = NULL WHERE stored = ?"
                again.store.write(lambda tx: tx.exec_driver_sql(clear, (place,)))

        done = again.backups.take(tmp_path / "another", clears)

    assert done.manifest.lost == ()
    assert done.manifest.files == 1
    with closing(sqlite3.connect(tmp_path / "another" / "printhub.db")) as store:
        assert store.execute("SELECT count(*) FROM asset WHERE state = 'cleared'").fetchone() == (1,)


def found(there: bool) -> Finding:
    return Found(Report.done("R")) if there else Absent()
