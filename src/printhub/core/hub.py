"""The composition root: the one place where all parts of the hub meet."""

import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from printhub.core.channels.catalogue import all_channels
from printhub.core.files.folders import WorkingFolders
from printhub.core.files.sources import Sources
from printhub.core.flow import stops
from printhub.core.flow.acts.acts import Acts
from printhub.core.flow.acts.desk import Desk
from printhub.core.flow.backup import Backups
from printhub.core.flow.bulk import Bulk
from printhub.core.flow.callbacks import Callbacks
from printhub.core.flow.changes import Feed
from printhub.core.flow.checks import Checks
from printhub.core.flow.cleanup import Cleaner
from printhub.core.flow.dispatcher import Workbench
from printhub.core.flow.fetch import Fetcher
from printhub.core.flow.frozen import FrozenMessages
from printhub.core.flow.inbound import Inbound
from printhub.core.flow.instances import usable
from printhub.core.flow.intake import Intake
from printhub.core.flow.lease import Lease
from printhub.core.flow.letters import Letters
from printhub.core.flow.links import Links
from printhub.core.flow.polling import Polling
from printhub.core.flow.restore import Restoration
from printhub.core.flow.rules import Rules
from printhub.core.flow.sweeper import Sweeper
from printhub.core.flow.testdata import Clearance
from printhub.core.flow.timers import Timers
from printhub.core.http.addresses import Addresses
from printhub.core.http.certificates import FetchedCertificates
from printhub.core.http.download import Downloads
from printhub.core.identity.identity import Identity
from printhub.core.model.adapter import Adapter
from printhub.core.model.clock import utc_now
from printhub.core.model.failpoints import Reached, passed
from printhub.core.settings import Settings
from printhub.core.store import hubs, workers
from printhub.core.store.clock import DatabaseClock
from printhub.core.store.opening import DATABASE, open_store
from printhub.core.store.stirring import Stirring
from printhub.core.templates.templates import Templates

_CERTIFICATE_WITHIN = timedelta(seconds=10)
"""How long it may take to fetch a certificate: a partner waits for the answer to its callback."""


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
        doubting: bool = False,
        new_id: Callable[[], UUID] = uuid7,
        reached: Reached = passed,
    ) -> None:
        """Put the parts together; the store has to exist (see `create` and `printhub db upgrade`)."""
        settings, instances = usable(settings, adapters)
        self.settings = settings
        self.data = settings.hub.data
        self._commits = threading.Event()
        self._heard: Callable[[Stirring], None] = lambda _stirring: None
        self.store = open_store(
            settings, busy_seconds=busy_seconds, durable=durable, doubting=doubting, on_commit=self._committed
        )
        channels = {channel.kind: channel for channel in all_channels()}
        # A clock that was handed in is taken as it is; many machines go by the one that they share.
        self._clock = DatabaseClock(now) if self.store.shared and now is utc_now else None
        now = self._clock or now
        self.rules = Rules(settings, channels, instances, now, new_id, reached)
        self.worker = self.rules.new_id()
        self.lease = Lease(self.worker)
        allowed = Addresses(settings.files.private_hosts)
        sources = Sources(settings.files.roots, Downloads(allowed, timeout=settings.files.fetch_timeout, now=now))
        self.folders = WorkingFolders(self.data / "jobs", sources)
        self.intake = Intake(self.store, self.rules)
        public = Downloads(Addresses(()), timeout=_CERTIFICATE_WITHIN, now=now)
        self.inbound = Inbound(self.store, self.rules, FetchedCertificates(public))
        self.callbacks = Callbacks(self.store, self.rules, self.intake)
        desk = Desk(self.store, self.rules, self.intake)
        self.acts = Acts.through(desk, self.folders)
        self.identity = Identity(self.store, now, new_id)
        self.testdata = Clearance(desk, self.folders)
        self.fetcher = Fetcher(self.store, self.rules, self.folders)
        self.cleaner = Cleaner(self.store, self.rules, self.folders)
        self.timers = Timers(self.store, self.rules)
        self.feed = Feed(self.store, self.rules)
        self.bulk = Bulk(self.store, self.rules)
        self.sweeper = Sweeper(self.store, self.rules, self.worker)
        self.backups = Backups(self.store, self.folders, self.rules)
        file = None if self.store.shared else self.data / DATABASE
        self.restoration = Restoration(file, self.folders.root, self.rules, busy_seconds=busy_seconds)
        self.links = Links(self.store, self.rules)
        self.templates = Templates(settings.messages.templates)
        self.letters = Letters(self.store, self.rules, self.folders, self.templates)
        messages = FrozenMessages(self.store, self.rules, self.folders, self.links, self.templates)
        self.benches = [
            Workbench(self.store, self.rules, messages, instance, self.lease)
            for instance in self.rules.instances.values()
        ]
        self.checks = Checks(self.rules, self.benches)
        self.polling = Polling(self.store, self.rules, self.intake, self.benches)

    def recover(self) -> int:
        """Take over what an earlier process left, as the settings are now; returns how many calls it left open.

        Only for the one process that has the hub's duties. Where others work on the store too, what a dead one left is
        found when its lease has run out.
        """
        self.store.write(lambda tx: hubs.identity(tx, self.rules.new_id(), self.rules.now()))
        self.store.write(lambda tx: stops.follow_settings(tx, self.rules))
        left = 0 if self.store.shared else self.sweeper.void_others()
        self.fetcher.try_failed_again()
        self.polling.begin()
        return left

    def renew_lease(self) -> None:
        """Say that this process lives, and go by the time of the store's clock where many go by that."""
        self.set_clock()
        begun = time.monotonic()
        host, now = socket.gethostname(), self.rules.now()
        self.store.write(lambda tx: workers.renew(tx, self.worker, host, os.getpid(), now))
        self.lease.renewed(begun)

    def set_clock(self) -> None:
        """Go by the time of a database that many machines share; raises StoreUnavailable."""
        if self._clock is not None:
            self._clock.compare(self.store)

    def close(self) -> None:
        """Note what is left to be noted, and close the store."""
        self.identity.close()
        self.templates.close()
        self.store.close()

    def hear(self, heard: Callable[[Stirring], None]) -> None:
        """Tell `heard` after every commit of this process what was stirred; it must not raise."""
        self._heard = heard

    def _committed(self, stirring: Stirring) -> None:
        self._commits.set()
        self._heard(stirring)

    @property
    def commits(self) -> threading.Event:
        """Set after every commit of this process."""
        return self._commits
