"""Huey on SQLite, queue and outcomes: one task a call, each of the chain's enqueueing the next."""

import shutil
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from huey import SqliteHuey
from huey.consumer import Consumer

from bench.engine.contender import Emit, Site
from bench.engine.peers.peer import Peer
from bench.engine.peers.posting import Posting
from bench.engine.workload import SINGLE, STEPS

THREADS = 8
_TABLE = "CREATE TABLE outcome (id INTEGER PRIMARY KEY, job TEXT NOT NULL, call TEXT NOT NULL, UNIQUE (job, call))"


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


class _Outcomes(threading.local):
    """One connection a thread; every insert is a commit of its own."""

    def __init__(self, path: Path) -> None:
        self._connection = _opened(path)

    def keep(self, job: str, call: str) -> None:
        self._connection.execute("INSERT INTO outcome (job, call) VALUES (?, ?)", (job, call))


class _Tasks:
    """The queue and its one task."""

    def __init__(self, site: Site) -> None:
        # `fsync` makes SQLite wait for the disk, as a hub's store does.
        self.huey = SqliteHuey("bench", filename=str(site.path / "huey.db"), fsync=True, timeout=60, results=False)
        posting = Posting(site.sink)
        outcomes = _Outcomes(site.path / "outcomes.db")

        def step(call: str, event: str) -> None:
            job = posting.post(call, event)
            outcomes.keep(job, call)
            if call in STEPS[:-1]:
                self.step(STEPS[STEPS.index(call) + 1], event)

        self.step = self.huey.task()(step)

    def take(self, raw: bytes) -> None:
        """Enqueue what one event means at first."""
        event = raw.decode()
        self.step(STEPS[0], event)
        self.step(f"{SINGLE}/notify", event)


class HueyPeer(Peer):
    """See the module."""

    name = "huey"

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self._looking: sqlite3.Connection | None = None

    def why_not(self) -> str | None:
        """It needs no service."""
        return None

    def prepare(self) -> None:
        """Make empty files."""
        self.remove()
        self._site.path.mkdir(parents=True)
        connection = _opened(self._site.path / "outcomes.db")
        connection.execute(_TABLE)
        connection.close()

    def remove(self) -> None:
        """Remove the files."""
        if self._looking is not None:
            self._looking.close()
            self._looking = None
        shutil.rmtree(self._site.path, ignore_errors=True)

    def outcomes(self) -> int:
        """The rows in the table."""
        if self._looking is None:
            self._looking = _opened(self._site.path / "outcomes.db")
        return int(self._looking.execute("SELECT count(*) FROM outcome").fetchone()[0])

    @contextmanager
    def emitter(self) -> Iterator[Emit]:
        """Enqueue from this process."""
        yield _Tasks(self._site).take


def work(site: Site) -> None:
    """Be its worker: one process, eight threads."""
    tasks = _Tasks(site)
    # Its workers ask an empty queue again and again, ever more seldom; these never wait longer than 50 ms.
    consumer = Consumer(
        tasks.huey, workers=THREADS, periodic=False, initial_delay=0.01, max_delay=0.05, graceful_signal="TERM"
    )
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    consumer.run()
