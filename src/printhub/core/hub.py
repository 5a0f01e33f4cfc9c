"""The composition root: the one place where all parts of the hub meet."""

import contextlib
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from printhub.core.bus.memory import MemoryBus
from printhub.core.channels.catalogue import all_channels
from printhub.core.files.folders import WorkingFolders
from printhub.core.files.sources import Sources
from printhub.core.flow import stops
from printhub.core.flow.acts.acts import Acts
from printhub.core.flow.acts.desk import Desk
from printhub.core.flow.backup import Backups
from printhub.core.flow.bulk import Bulk
from printhub.core.flow.cleanup import Cleaner
from printhub.core.flow.compose import Composer
from printhub.core.flow.dispatcher import Dispatcher, Workbench
from printhub.core.flow.fetch import Fetcher
from printhub.core.flow.inbound import Inbound
from printhub.core.flow.instances import usable
from printhub.core.flow.intake import Intake
from printhub.core.flow.relay import Relay
from printhub.core.flow.restore import Restoration
from printhub.core.flow.rules import Rules
from printhub.core.flow.sweeper import Sweeper
from printhub.core.flow.testdata import Clearance
from printhub.core.flow.timers import Timers
from printhub.core.http.addresses import Addresses
from printhub.core.http.download import Downloads
from printhub.core.model.adapter import Adapter
from printhub.core.model.errors import StoreUnavailable
from printhub.core.model.failpoints import Reached, passed
from printhub.core.settings import Settings
from printhub.core.store import hubs, workers
from printhub.core.store.files import Due
from printhub.core.store.lock import sole_use
from printhub.core.store.store import Store

log = logging.getLogger(__name__)

DATABASE = "printhub.db"
SWEEP_EVERY = timedelta(seconds=1)
BULK_EVERY = timedelta(milliseconds=50)
"""How often it is looked whether bulk acts can go on, at the most: every commit may mean that one can."""
CLEAN_EVERY = timedelta(seconds=1)
SWEEP_FOLDERS_EVERY = timedelta(minutes=1)


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class Hub:
    """A hub on one store: takes events and acts at once, and makes calls while it is serving."""

    def __init__(
        self,
        settings: Settings,
        adapters: Mapping[str, type[Adapter[Any]]],
        *,
        now: Callable[[], datetime] = utc_now,
        busy_seconds: float = 10.0,
        durable: bool = True,
        new_id: Callable[[], UUID] = uuid7,
        reached: Reached = passed,
    ) -> None:
        """Put the parts together; the store has to exist (see `create` and `printhub db upgrade`)."""
        settings, instances = usable(settings, adapters)
        self.settings = settings
        self.data = settings.hub.data
        self._commits = threading.Event()
        self.store = Store(
            self.data / DATABASE, busy_seconds=busy_seconds, durable=durable, on_commit=self._commits.set
        )
        channels = {channel.kind: channel for channel in all_channels()}
        self.rules = Rules(settings, channels, instances, now, new_id, reached)
        self.worker = self.rules.new_id()
        allowed = Addresses(settings.files.private_hosts)
        sources = Sources(settings.files.roots, Downloads(allowed, timeout=settings.files.fetch_timeout, now=now))
        self.folders = WorkingFolders(self.data / "jobs", sources)
        self.intake = Intake(self.store, self.rules)
        self.inbound = Inbound(self.store, self.rules, self.intake)
        desk = Desk(self.store, self.rules, self.intake)
        self.acts = Acts.through(desk, self.folders)
        self.testdata = Clearance(desk, self.folders)
        self.fetcher = Fetcher(self.store, self.rules, self.folders)
        self.cleaner = Cleaner(self.store, self.rules, self.folders)
        self.timers = Timers(self.store, self.rules)
        self.bulk = Bulk(self.store, self.rules)
        self.sweeper = Sweeper(self.store, self.rules, self.worker)
        self.backups = Backups(self.store, self.folders, self.rules)
        self.restoration = Restoration(self.store.path, self.folders.root, self.rules, busy_seconds=busy_seconds)
        composer = Composer(self.store, self.rules, self.folders)
        self.benches = [
            Workbench(self.store, self.rules, composer, instance, self.worker)
            for instance in self.rules.instances.values()
        ]

    def recover(self) -> int:
        """Take over what an earlier process left, as the settings are now; returns how many calls it left open.

        Only for a process that has the store for itself.
        """
        self.store.write(lambda tx: hubs.identity(tx, self.rules.new_id(), self.rules.now()))
        self.store.write(lambda tx: stops.follow_settings(tx, self.rules))
        left = self.sweeper.void_others()
        self.fetcher.try_failed_again()
        return left

    def renew_lease(self) -> None:
        """Say that this process lives."""
        host, now = socket.gethostname(), self.rules.now()
        self.store.write(lambda tx: workers.renew(tx, self.worker, host, os.getpid(), now))

    def serving(self) -> "Serving":
        """Start making calls; a context manager that drains and stops at its end.

        Raises StoreUnavailable when another process serves the same store.
        """
        return Serving(self)

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    @property
    def commits(self) -> threading.Event:
        """Set after every commit of this process."""
        return self._commits


class Serving:
    """The threads of a serving hub: relay, timers, fetcher, cleaner, sweeper, bulk, a dispatcher for each instance."""

    def __init__(self, hub: Hub) -> None:
        """Prepare to serve `hub`."""
        self._hub = hub
        self._stopping = threading.Event()
        self._bus = MemoryBus()
        self._relay = Relay(hub.store, self._bus, hub.rules)
        self._dispatchers = [Dispatcher(bench, self._bus) for bench in hub.benches]
        self._due = threading.Event()
        self._fetch = threading.Event()
        self._bulk = threading.Event()
        self._taken = contextlib.ExitStack()
        loops = {"relay": self._relaying, "timers": self._timing, "fetcher": self._fetching, "sweeper": self._sweeping}
        loops |= {"watcher": self._watching, "bulk": self._bulking, "cleaner": self._cleaning}
        self._threads = [threading.Thread(target=loop, name=name, daemon=True) for name, loop in loops.items()]

    def __enter__(self) -> "Serving":
        """Take the store, recover what an earlier process left, and start."""
        with contextlib.ExitStack() as taken:
            taken.enter_context(sole_use(self._hub.data))
            self._hub.renew_lease()
            left = self._hub.recover()
            self._taken = taken.pop_all()
        for name, section in self._hub.settings.instances.items():
            if section.set_aside is not None:
                log.warning("instance %s is set aside: %s", name, section.set_aside)
        if left:
            log.info("%d deliveries were in the hands of a process that is gone; they are unknown now", left)
        for dispatcher in self._dispatchers:
            dispatcher.start()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        """Stop claiming, let running calls end, and sign off."""
        for dispatcher in self._dispatchers:
            dispatcher.stop()
        longest = max((bench.instance.settings.timeout for bench in self._hub.benches), default=timedelta())
        until = time.monotonic() + longest.total_seconds() + 1
        for dispatcher in self._dispatchers:
            dispatcher.join(until - time.monotonic())
        self._stopping.set()
        self._hub.fetcher.stop()
        self._hub.commits.set()
        self._due.set()
        self._fetch.set()
        self._bulk.set()
        for thread in self._threads:
            thread.join(5)
        self._bus.close()
        with contextlib.suppress(StoreUnavailable):
            self._hub.store.write(lambda tx: workers.leave(tx, self._hub.worker))
        self._taken.close()

    def _relaying(self) -> None:
        while not self._stopping.is_set():
            self._hub.commits.wait(1.0)
            self._hub.commits.clear()
            with self._surviving("relay"):
                while self._relay.step():
                    pass
            self._due.set()
            self._fetch.set()
            self._bulk.set()

    def _timing(self) -> None:
        while not self._stopping.is_set():
            with self._surviving("timers"):
                if self._hub.timers.step():
                    for dispatcher in self._dispatchers:
                        dispatcher.wake()
                    continue
                self._due.wait(self._hub.timers.wait(timedelta(seconds=1)).total_seconds())
            self._due.clear()

    def _fetching(self) -> None:
        while not self._stopping.is_set():
            self._fetch.wait(1.0)
            self._fetch.clear()
            with self._surviving("fetcher"):
                for due in self._hub.fetcher.take():
                    # Nobody waits for these at the end: half a file is no file, and is fetched anew.
                    threading.Thread(target=self._fetch_one, args=(due,), name="fetch", daemon=True).start()

    def _fetch_one(self, due: Due) -> None:
        with self._surviving("fetcher"):
            self._hub.fetcher.fetch(due)
        self._fetch.set()

    def _cleaning(self) -> None:
        sweep_at = time.monotonic()
        while not self._stopping.wait(CLEAN_EVERY.total_seconds()):
            with self._surviving("cleaner"):
                while self._hub.cleaner.step() and not self._stopping.is_set():
                    pass
                if time.monotonic() >= sweep_at:
                    sweep_at = time.monotonic() + SWEEP_FOLDERS_EVERY.total_seconds()
                    self._hub.cleaner.sweep()

    def _bulking(self) -> None:
        while not self._stopping.wait(BULK_EVERY.total_seconds()):
            self._bulk.wait(1.0)
            self._bulk.clear()
            with self._surviving("bulk"):
                self._hub.bulk.step()

    def _sweeping(self) -> None:
        while not self._stopping.wait(SWEEP_EVERY.total_seconds()):
            with self._surviving("sweeper"):
                self._hub.renew_lease()
                self._hub.sweeper.step()

    def _watching(self) -> None:
        # Another process, the command line say, may have written: SQLite tells by a number, and only when asked.
        connection = self._hub.store.watch()
        try:
            seen = self._hub.store.data_version(connection)
            while not self._stopping.wait(0.05):
                with self._surviving("watcher"):
                    version = self._hub.store.data_version(connection)
                    if version != seen:
                        seen = version
                        self._hub.commits.set()
        finally:
            connection.close()

    @contextlib.contextmanager
    def _surviving(self, what: str) -> Iterator[None]:
        try:
            yield
        except StoreUnavailable as error:
            log.warning("the %s waits: %s", what, error)
            self._stopping.wait(1.0)
        except Exception:
            log.exception("the %s failed and goes on", what)
            self._stopping.wait(1.0)
