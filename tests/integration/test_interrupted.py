"""Ctrl-C in an act: it is done or it is not done, and says which; store and working folders agree in both cases."""

import io
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest
from sqlalchemy import Connection, Engine, event

from printhub.core.flow.acts.files import Upload
from printhub.core.hub import Hub
from printhub.core.model.known import FileRole, FileState
from printhub.core.store import dossiers, events
from printhub.core.store.store import Store
from printhub.testing import Script
from tests.contract.store.test_writing import Gate, an_insert
from tests.invariants.shop import emit, job, mis, order, real_hub, settings, wait_until
from tests.unit.cli.shop import Shop

pytestmark = pytest.mark.embedded  # the one writer of a file lets a write be withdrawn

WITHDRAWN = "had not begun was withdrawn: it is not done"
DONE = "was under way is done all the same"


class Interrupt:
    """Ctrl-C at a moment of the test's choice."""

    def __init__(self) -> None:
        self.heard = threading.Event()

    def hear(self, _signal: int, _frame: FrameType | None) -> None:
        if not self.heard.is_set():
            self.heard.set()
            raise KeyboardInterrupt

    def send(self) -> None:
        """Interrupt the main thread, and return once it knows."""
        main = threading.main_thread().ident
        assert main is not None
        for _ in range(100):  # one that comes just before the thread begins to wait does not wake it
            signal.pthread_kill(main, signal.SIGINT)
            if self.heard.wait(0.1):
                return
        raise AssertionError("the main thread was not interrupted")

    def when_queued(self, store: Store) -> threading.Thread:
        def run() -> None:
            wait_until(lambda: store.queued >= 1, "the write is queued")
            self.send()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def before_the_commit(self, _connection: Connection) -> None:
        if threading.current_thread().name == "store-writer" and not self.heard.is_set():
            self.send()


@pytest.fixture
def interrupt() -> Iterator[Interrupt]:
    made = Interrupt()
    before = signal.signal(signal.SIGINT, made.hear)
    yield made
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    written = settings()
    written["storefronts"]["shop"] |= {"files_stay_put": True}
    output = [{"name": "old.pdf", "url": "https://shop.example/old.pdf"}]
    with real_hub(tmp_path, written, [mis(Script())]) as opened:
        emit(opened, "printhub.order.placed", order(jobs=[job(product_type="Static", output=output)]))
        yield opened


@pytest.fixture
def in_the_commit(interrupt: Interrupt, hub: Hub) -> Iterator[None]:  # noqa: ARG001 - what the hub writes first is not interrupted
    event.listen(Engine, "commit", interrupt.before_the_commit)
    yield
    event.remove(Engine, "commit", interrupt.before_the_commit)


def upload(hub: Hub) -> None:
    new = Upload(io.BytesIO(b"%PDF new"), "new.pdf", FileRole.OUTPUT)
    hub.acts.files.upload("J1", new, by="operator:test", why="a test")


def present(hub: Hub) -> list[str]:
    dossier = hub.store.read(lambda tx: dossiers.load_job(tx, "shop", "J1"))
    assert dossier is not None
    return [file.name for file in dossier.files.values() if file.state is FileState.PRESENT]


def lying(hub: Hub) -> list[Path]:
    return [path for path in hub.folders.root.rglob("*") if path.is_file()]


def test_a_write_that_waits_is_withdrawn_and_never_happens(hub: Hub, interrupt: Interrupt) -> None:
    with Gate(hub.store):
        thread = interrupt.when_queued(hub.store)
        with pytest.raises(KeyboardInterrupt, match=WITHDRAWN):
            hub.store.write(an_insert(1))
        thread.join()

    hub.store.write(an_insert(2))
    recorded = {found.source_id for found in hub.store.read(lambda tx: events.listed(tx, None, 100))}
    assert "2" in recorded
    assert "1" not in recorded


@pytest.mark.usefixtures("in_the_commit")
def test_a_write_that_has_begun_is_waited_for(hub: Hub) -> None:
    with pytest.raises(KeyboardInterrupt, match=DONE):
        hub.store.write(an_insert(1))

    assert "1" in {found.source_id for found in hub.store.read(lambda tx: events.listed(tx, None, 100))}


def test_an_upload_that_is_interrupted_before_its_write_is_not_done_and_its_bytes_are_swept(
    hub: Hub, interrupt: Interrupt
) -> None:
    with Gate(hub.store):
        thread = interrupt.when_queued(hub.store)
        with pytest.raises(KeyboardInterrupt, match=WITHDRAWN):
            upload(hub)
        thread.join()
    hub.store.write(an_insert(1))
    assert present(hub) == []

    for path in lying(hub):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    hub.cleaner.sweep()

    assert lying(hub) == []


@pytest.mark.usefixtures("in_the_commit")
def test_an_upload_that_is_interrupted_in_its_write_is_done_and_has_its_bytes(hub: Hub) -> None:
    with pytest.raises(KeyboardInterrupt, match=DONE):
        upload(hub)

    assert present(hub) == ["new.pdf"]
    assert [path.read_bytes() for path in lying(hub)] == [b"%PDF new"]


def test_the_command_line_says_whether_it_is_done(tmp_path: Path, interrupt: Interrupt) -> None:
    shop = Shop(tmp_path)
    assert shop.cli("db", "upgrade").exit_code == 0
    event.listen(Engine, "commit", interrupt.before_the_commit)
    try:
        told = shop.cli("pause", "mis", "--why", "a test")
    finally:
        event.remove(Engine, "commit", interrupt.before_the_commit)

    assert told.exit_code == 1
    assert "printhub: interrupted; the write that was under way is done all the same" in told.stderr
