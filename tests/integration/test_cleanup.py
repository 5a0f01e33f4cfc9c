"""Clean-up: nothing of a closed job stays, and nothing that is needed goes - whatever happens in between."""

import io
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import JsonValue
from sqlalchemy import text

from printhub import JobTicket, Rejected, Report
from printhub.core.files.folders import WorkingFolders
from printhub.core.files.sources import Sources
from printhub.core.flow import closing
from printhub.core.flow.acts.files import Upload
from printhub.core.flow.cleanup import SLICE, Cleaner
from printhub.core.http.addresses import Addresses
from printhub.core.http.download import Downloads
from printhub.core.hub import Hub
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.dossier import TimerKind
from printhub.core.model.errors import ActRefused
from printhub.core.model.known import FileRole, FileState
from printhub.core.model.statuses import JobStatus
from printhub.core.serving import serving
from printhub.core.store import dossiers, timers
from printhub.testing import Script
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.pdf import tiny_pdf
from tests.invariants.shop import emit, job, mis, order, real_hub, settings, wait_until
from tests.services.stores import examples

MINUTE = timedelta(minutes=1)
WHY = {"by": "operator:test", "why": "a test"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "incoming").mkdir()
    for name in ("one.pdf", "two.pdf"):
        (tmp_path / "incoming" / name).write_bytes(tiny_pdf(name))
    return tmp_path / "incoming"


def written(root: Path) -> dict[str, Any]:
    return settings() | {"files": {"roots": [str(root)]}}


def printed(root: Path, number: str = "J1") -> dict[str, Any]:
    return job(number, product_type="Static", output=[{"name": "one.pdf", "url": (root / "one.pdf").as_uri()}])


def kept(folder: Path) -> list[Path]:
    return [path for path in (folder / "jobs").rglob("*") if path.is_file()]


@pytest.fixture
def opened(root: Path) -> Iterator[Callable[..., MemoryHub]]:
    hubs: list[MemoryHub] = []

    def start(script: Script) -> MemoryHub:
        hub = MemoryHub(written(root), [mis(script, verbs=("notify", "assets", "lookup"))])
        hubs.append(hub)
        hub.emit("printhub.order.placed", order(jobs=[printed(root)]))
        return hub

    yield start
    for hub in hubs:
        hub.close()


def ship(hub: MemoryHub) -> None:
    hub.clock.advance(MINUTE)
    assert hub.emit("printhub.job.shipped", {"job": "J1"}).accepted


def test_a_call_that_is_running_has_its_files_however_often_the_job_is_shipped(
    opened: Callable[..., MemoryHub],
) -> None:
    script, read, hubs = Script(), list[bytes](), list[MemoryHub]()

    def while_shipped(ticket: JobTicket, _call: object) -> Report:
        ship(hubs[0])
        hubs[0].hub.cleaner.step()
        with ticket.files[0].open() as content:
            read.append(content.read())
        return Report.done()

    script.default("assets", while_shipped)
    hub = opened(script)
    hubs.append(hub)
    hub.run()

    assert read == [tiny_pdf("one.pdf")]
    assert (hub.current("J1"), kept(hub.hub.data)) == (JobStatus.CLEAN_UP, [])


class Breaks(WorkingFolders):
    """Deletes nothing, because the process is killed or the disk says no."""

    def __init__(self, hub: MemoryHub, error: type[BaseException]) -> None:
        super().__init__(hub.hub.data / "jobs", Sources([], Downloads(Addresses(), timeout=MINUTE, now=hub.clock)))
        self._error = error

    def clear(self, job_id: UUID, file_ids: Iterable[UUID]) -> None:  # noqa: ARG002 - the signature of what breaks
        raise self._error


def test_a_crash_between_the_commit_and_the_deleting_leaves_nothing_for_ever(
    opened: Callable[..., MemoryHub],
) -> None:
    hub = opened(Script())
    hub.run()
    ship(hub)
    with pytest.raises(KeyboardInterrupt):
        Cleaner(hub.hub.store, hub.hub.rules, Breaks(hub, KeyboardInterrupt)).step()
    assert (hub.current("J1"), len(kept(hub.hub.data))) == (JobStatus.CLEAN_UP, 1)

    hub.restart()
    hub.run()

    assert kept(hub.hub.data) == []
    assert [entry.status for entry in hub.history("J1")].count(JobStatus.CLEAN_UP) == 1


def test_a_folder_that_cannot_be_deleted_is_tried_again(opened: Callable[..., MemoryHub]) -> None:
    hub = opened(Script())
    hub.run()
    ship(hub)
    failing = Cleaner(hub.hub.store, hub.hub.rules, Breaks(hub, PermissionError))
    assert (failing.step(), failing.step()) == (1, 0)

    hub.advance(timedelta(minutes=5))

    assert kept(hub.hub.data) == []


def test_after_clean_up_nothing_can_be_had_and_a_late_failure_waits_for_a_reopening(
    opened: Callable[..., MemoryHub], root: Path
) -> None:
    script = Script()
    script.answer("assets", Rejected("the page is too large"))
    hub = opened(script)
    hub.run()
    ship(hub)
    hub.run()
    assert [file.state for file in hub.files("J1")] == [FileState.CLEARED]
    [failed] = [d for d in hub.deliveries("J1") if d.state is DeliveryState.FAILED]

    held = hub.retrigger(failed.id)
    assert '`printhub reopen J1 --why "…"` asks the storefront for them again' in held.reason
    assert hub.hub.acts.jobs.reopen("J1", **WHY) is False  # no route leads to a status adapter
    hub.run()
    assert script.asked("assets")[1:] == []
    hub.clock.advance(MINUTE)
    output: list[JsonValue] = [{"name": "two.pdf", "url": (root / "two.pdf").as_uri()}]
    hub.emit("printhub.job.output_created", {"job": "J1", "output": output})
    hub.run()

    assert len(script.asked("assets")) == 2
    assert [file.state for file in hub.files("J1")] == [FileState.CLEARED, FileState.PRESENT]
    assert hub.current("J1") is JobStatus.MIS_ASSETS_OK
    with pytest.raises(ActRefused, match="is not closed"):
        hub.hub.acts.jobs.reopen("J1", **WHY)


def test_a_job_whose_data_were_deleted_is_not_reopened(opened: Callable[..., MemoryHub]) -> None:
    hub = opened(Script())
    hub.run()
    ship(hub)
    hub.run()
    deleted = "UPDATE status_change SET status = 'JobDataDeleted' WHERE status = 'CleanUp'"
    hub.hub.store.write(lambda tx: tx.execute(text(deleted)))

    with pytest.raises(ActRefused, match="the data of job J1 were deleted"):
        hub.hub.acts.jobs.reopen("J1", **WHY)


def test_what_was_over_before_anybody_cleared_folders_is_cleared_at_the_start(opened: Callable[..., MemoryHub]) -> None:
    hub = opened(Script())
    hub.run()
    ship(hub)
    clean = {(TimerKind.CLEAN, str(hub.files("J1")[0].job_id)): None}
    hub.hub.store.write(lambda tx: timers.put(tx, clean))
    hub.run()
    assert len(kept(hub.hub.data)) == 1

    hub.hub.cleaner.sweep()
    hub.run()

    assert (hub.current("J1"), kept(hub.hub.data)) == (JobStatus.CLEAN_UP, [])


def test_a_time_that_a_folder_is_kept_until_is_left_alone(opened: Callable[..., MemoryHub]) -> None:
    hub = opened(Script())
    hub.run()
    ship(hub)
    timer = (TimerKind.CLEAN, str(hub.files("J1")[0].job_id))
    later = {timer: hub.clock() + timedelta(hours=1)}
    hub.hub.store.write(lambda tx: timers.put(tx, later))

    hub.hub.cleaner.sweep()

    assert hub.hub.store.read(lambda tx: timers.of(tx, [timer[1]])) == later


def test_each_sweep_looks_at_a_few_folders_and_the_next_goes_on_from_there(opened: Callable[..., MemoryHub]) -> None:
    hub = opened(Script())

    def die_half_way(number: int) -> None:
        left = hub.hub.data / "jobs" / str(UUID(int=number)) / str(UUID(int=8))
        left.parent.mkdir(parents=True)
        left.write_bytes(b"half an upload")
        os.utime(left, (1_000_000_000, 1_000_000_000))

    for number in range(SLICE + 5):
        die_half_way(number)
    lying = []
    for _ in range(2):
        hub.hub.cleaner.sweep()
        lying.append(len(kept(hub.hub.data)))
    assert lying == [5, 0]

    die_half_way(1)
    hub.hub.cleaner.sweep()

    assert kept(hub.hub.data) == []


class Watched(Cleaner):
    """Notes in which order things were done."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub.store, hub.rules, hub.folders)
        self.done: list[str] = []

    def step(self) -> int:
        self.done.append("step")
        return super().step()

    def sweep(self) -> None:
        super().sweep()
        self.done.append("sweep")


def test_a_serving_hub_sweeps_after_its_first_clean_up(root: Path, tmp_path: Path) -> None:
    with real_hub(tmp_path / "var", written(root), [mis(Script())]) as hub:
        hub.cleaner = watched = Watched(hub)
        with serving(hub):
            wait_until(lambda: "sweep" in watched.done, "folders are swept")

    assert watched.done[:2] == ["step", "sweep"]


def test_a_serving_hub_clears_what_is_shipped_and_sweeps_what_died_half_way(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "var"
    orphan = folder / "jobs" / str(UUID(int=7)) / str(UUID(int=8))
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(b"half an upload")
    os.utime(orphan, (1_000_000_000, 1_000_000_000))
    with real_hub(folder, written(root), [mis(Script())]) as hub, serving(hub):
        wait_until(lambda: not orphan.parent.exists(), "what an upload left long ago is swept")
        emit(hub, "printhub.order.placed", order(jobs=[printed(root)]))
        wait_until(lambda: kept(folder), "the file is there")

        emit(hub, "printhub.job.shipped", {"job": "J1"})

        wait_until(lambda: not kept(folder), "the folder is cleared")


_STEPS: dict[str, tuple[str, dict[str, Any]]] = {
    "ship": ("job.shipped", {"job": "J1"}),
    "complete": ("order.status_changed", {"order": "O1", "status": "Complete"}),
    "block": ("job.blocked", {"job": "J1"}),
    "release": ("job.released", {"job": "J1"}),
    "delete output": ("job.output_deleted", {"job": "J1"}),
    "cancel": ("job.cancelled", {"job": "J1"}),
}
_STEP = st.sampled_from(
    [*_STEPS, "run", "run", "later", "fail", "create output", "reopen", "upload", "restore", "retrigger", "send again"]
)


@given(st.lists(_STEP, max_size=14))
@hypothesis_settings(max_examples=examples(30), deadline=None)
def test_in_whatever_order_things_happen_files_that_are_needed_are_there_and_others_are_gone(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    root = tmp_path_factory.mktemp("incoming")
    for name in ("one.pdf", "two.pdf"):
        (root / name).write_bytes(tiny_pdf(name))
    script, missed = Script(), list[str]()

    def open_all(ticket: JobTicket, _call: object) -> Report:
        for file in ticket.files:
            try:
                with file.open() as content:
                    content.read()
            except Exception as error:  # noqa: BLE001 - whatever it is, the test shall name it
                missed.append(str(error))
        return Report.done()

    script.default("assets", open_all)
    with MemoryHub(written(root), [mis(script, verbs=("notify", "assets", "lookup"))]) as hub:
        hub.emit("printhub.order.placed", order(jobs=[printed(root)]))
        for step in [*steps, "run"]:
            hub.clock.advance(timedelta(seconds=10))
            with suppress(ActRefused):
                _play(hub, script, root, step)
            if step == "run":
                _check(hub)
        assert missed == []


def _play(hub: MemoryHub, script: Script, root: Path, step: str) -> None:
    match step:
        case "run":
            hub.run()
        case "later":
            hub.advance(timedelta(hours=2))
        case "fail":
            script.answer("assets", Rejected("no"))
        case "create output":
            output: list[JsonValue] = [{"name": "two.pdf", "url": (root / "two.pdf").as_uri()}]
            hub.emit("printhub.job.output_created", {"job": "J1", "output": output})
        case _ if step in _STEPS:
            type_, data = _STEPS[step]
            hub.emit(f"printhub.{type_}", data)
        case _:
            _act(hub, step)


def _act(hub: MemoryHub, step: str) -> None:
    acts = hub.hub.acts
    newest = [d for d in hub.deliveries("J1") if d.verb == "assets"][-1]
    superseded = [str(file.id) for file in hub.files("J1") if file.superseded]
    match step:
        case "reopen":
            acts.jobs.reopen("J1", **WHY)
        case "upload":
            acts.files.upload("J1", Upload(io.BytesIO(b"%PDF by hand"), "h.pdf", FileRole.OUTPUT), **WHY)
        case "restore" if superseded:
            acts.files.restore(superseded[-1:], **WHY)
        case "retrigger":
            hub.retrigger(newest.id)
        case "send again":
            hub.send_again(newest.id)
        case _:
            pass


def _check(hub: MemoryHub) -> None:
    there = {path.name for path in kept(hub.hub.data)}
    present = {str(file.id) for file in hub.files("J1") if file.state is FileState.PRESENT}
    assert there == present, "what the store says is there is there, and nothing else"
    open_ = [d for d in hub.deliveries("J1") if not d.state.is_end]
    dossier = hub.hub.store.read(lambda tx: dossiers.load_job(tx, "shop", "J1"))
    assert dossier is not None
    if dossier.job.cancelled:
        assert open_ or not present, "nothing of a cancelled job is kept once its work has ended"
    if hub.current("J1") is JobStatus.SHIPPED and closing.closed(dossier):
        assert open_, "a shipped job that was not reopened and still has its files has work that is open"
