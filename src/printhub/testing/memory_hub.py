"""A whole hub in one object and one thread: real engine, real store, a clock that tests set, and no waiting."""

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from pydantic import JsonValue
from uuid_utils.compat import uuid7

from printhub.core.flow.dispatcher import Workbench
from printhub.core.flow.receipts import Receipt
from printhub.core.hub import Hub
from printhub.core.model.adapter import Adapter
from printhub.core.model.deliveries import Delivery
from printhub.core.model.dossier import Dossier
from printhub.core.model.envelope import read_event
from printhub.core.model.errors import StoreUnavailable
from printhub.core.model.events.partner import StaffNotice
from printhub.core.model.history import StatusChange
from printhub.core.model.known import FileRecord
from printhub.core.model.signals import AnySignal
from printhub.core.model.statuses import JobStatus
from printhub.core.settings import Settings
from printhub.core.store import dossiers, events
from printhub.core.store.emptying import empty
from printhub.core.store.events import EventRecord, EventState, Refusal
from printhub.testing.clock import FakeClock

_ROUNDS = 500
_NO_BROKER = "amqp://nobody.invalid"
"""Nothing is woken here, so nobody is asked for."""


class MemoryHub:
    """A hub that stands still until it is told to run.

    `settings` has the shape of printhub.toml. Calls are made one after the other in the caller's thread, by `run`
    and `advance`; the store lies in a temporary folder and is gone after `close`. Where the environment variable
    PRINTHUB_TEST_STORE is the address of a PostgreSQL database, that is emptied and used instead.
    """

    def __init__(
        self,
        settings: Mapping[str, Any],
        adapters: Sequence[type[Adapter[Any]]],
        clock: FakeClock | None = None,
        new_id: Callable[[], UUID] = uuid7,
    ) -> None:
        """Open a hub on an empty store; `new_id` makes its ids, which sort by their time."""
        self._new_id = new_id
        self.clock = clock or FakeClock()
        self._folder = tempfile.TemporaryDirectory(prefix="printhub-")
        self._adapters = {adapter.name: adapter for adapter in adapters}
        try:
            self._settings = _settings(settings, self._adapters, Path(self._folder.name))
            self._settings.hub.data.mkdir(parents=True, exist_ok=True)
            self.hub = self._open()
        except BaseException:
            self._folder.cleanup()
            raise
        try:
            self.hub.store.write(empty)
        except StoreUnavailable:  # there is nothing yet
            self.hub.store.create()
        self.hub.polling.begin()

    def __enter__(self) -> Self:
        """Use the hub as a context manager."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close the store and remove it."""
        self.hub.close()
        self._folder.cleanup()

    def restart(self, settings: Mapping[str, Any] | None = None) -> None:
        """Stop as if killed, and start again on the same store, perhaps with other settings."""
        self.hub.close()
        if settings is not None:
            self._settings = _settings(settings, self._adapters, Path(self._folder.name))
        self.hub = self._open()
        self.hub.recover()
        self.hub.sweeper.void_others()  # whose leases would run out in a moment, where others could be living

    def emit(
        self,
        type_: str,
        data: Mapping[str, JsonValue],
        *,
        storefront: str = "shop",
        id: str | None = None,  # noqa: A002 - the attribute's name in an event
        time: datetime | None = None,
        source: str | None = None,
    ) -> Receipt:
        """State an event as the storefront would; its time is the clock's unless given."""
        source = source or self._settings.storefronts[storefront].sources[0]
        envelope: dict[str, JsonValue] = {
            "id": id or str(self.hub.rules.new_id()),
            "source": source,
            "specversion": "1.0",
            "type": type_,
            "time": (time or self.clock()).isoformat(),
            "data": dict(data),
        }
        return self.hub.intake.take_raw(envelope)

    def signals(self, instance: str, signals: Sequence[AnySignal]) -> list[Receipt]:
        """Hand in what a partner said by itself, as if an adapter had read it."""
        return self.hub.intake.take_signals(instance, signals)

    def run(self) -> None:
        """Let everything happen that can happen now."""
        self.hub.renew_lease()
        self.hub.sweeper.step()
        quiet = False
        for _ in range(_ROUNDS):
            busy = self.hub.fetcher.step() + self.hub.timers.step()
            busy += self.hub.bulk.step() + self.hub.cleaner.step() + self.hub.callbacks.step() + self.hub.letters.step()
            for name in self.hub.polling.take():
                self.hub.polling.poll(name)
                busy += 1
            busy += sum(_turn(bench) for bench in self.hub.benches)
            if not busy and quiet:
                return
            quiet = not busy  # a claim that ends a delivery without a call may leave something for the next round
        raise AssertionError(f"the hub did not come to rest in {_ROUNDS} rounds")

    def advance(self, by: timedelta) -> None:
        """Let time pass: move the clock, then run."""
        self.clock.advance(by)
        self.run()

    def deliveries(self, job: str, instance: str | None = None) -> list[Delivery]:
        """All runs of all deliveries of a job, as they were planned."""
        dossier = self._dossier(job)
        found = dossier.deliveries.values() if dossier else []
        return [delivery for delivery in found if instance in (None, delivery.instance)]

    def history(self, job: str) -> list[StatusChange]:
        """A job's history in the order in which it was written."""
        dossier = self._dossier(job)
        return dossier.history if dossier else []

    def files(self, job: str) -> list[FileRecord]:
        """All files of a job, those that were superseded too, in the order in which they came."""
        dossier = self._dossier(job)
        return list(dossier.files.values()) if dossier else []

    def current(self, job: str) -> JobStatus | None:
        """A job's current status."""
        dossier = self._dossier(job)
        return dossier.job.status if dossier else None

    def retrigger(self, delivery: UUID, *, why: str = "a test") -> Delivery:
        """See DeliveryActs.retrigger."""
        return self.hub.acts.deliveries.retrigger(str(delivery), by="operator:test", why=why)

    def settle(self, delivery: UUID, *, done: str | None = None, why: str = "a test") -> Delivery:
        """See DeliveryActs.settle."""
        return self.hub.acts.deliveries.settle(str(delivery), done=done, by="operator:test", why=why)

    def send_again(self, delivery: UUID, *, why: str = "a test") -> Delivery:
        """See DeliveryActs.send_again."""
        return self.hub.acts.deliveries.send_again(str(delivery), by="operator:test", why=why)

    def cancel_delivery(self, delivery: UUID, *, why: str = "a test") -> Delivery:
        """See DeliveryActs.cancel."""
        return self.hub.acts.deliveries.cancel(str(delivery), by="operator:test", why=why)

    def skip(self, delivery: UUID, *, why: str = "a test") -> Delivery:
        """See DeliveryActs.skip."""
        return self.hub.acts.deliveries.skip(str(delivery), by="operator:test", why=why)

    def reprint(self, job: str, *, instance: str = "mis", why: str = "a test") -> list[Delivery]:
        """See JobActs.reprint."""
        return self.hub.acts.jobs.reprint(job, instance, by="operator:test", why=why)

    def plan(self, job: str, *, why: str = "a test") -> list[Delivery]:
        """See JobActs.plan."""
        return self.hub.acts.jobs.plan(job, by="operator:test", why=why)

    def notices(self) -> list[StaffNotice]:
        """All staff notices, oldest first."""
        found = self.hub.store.read(lambda tx: events.by_type(tx, StaffNotice.type))
        bodies = [self.hub.store.read(lambda tx, r=record: events.body(tx, r.payload_id)) for record in found]  # type: ignore[misc] # the default binds the record
        return [StaffNotice.model_validate(read_event(body).data) for body in bodies if body]

    def refused(self) -> list[Refusal]:
        """What was refused, newest first."""
        return self.hub.store.read(lambda tx: events.refused(tx, 1000))

    def early(self) -> list[EventRecord]:
        """Events that wait for their order or job, newest first."""
        return self._events(EventState.EARLY)

    def unattributed(self) -> list[EventRecord]:
        """Partners' words that wait for their reference, newest first."""
        return self._events(EventState.UNATTRIBUTED)

    def unknown(self) -> list[EventRecord]:
        """Events of a type that is not known, newest first."""
        return self._events(EventState.UNKNOWN)

    def _events(self, state: EventState) -> list[EventRecord]:
        return self.hub.store.read(lambda tx: events.listed(tx, state, 1000))

    def _dossier(self, job: str) -> Dossier | None:
        found = self.hub.store.read(lambda tx: dossiers.load(tx, [r.id for r in dossiers.find_jobs(tx, job)]))
        return next(iter(found.values()), None)

    def _open(self) -> Hub:
        return Hub(self._settings, self._adapters, now=self.clock, durable=False, doubting=True, new_id=self._new_id)


def _turn(bench: Workbench) -> int:
    taken = bench.take(bench.instance.settings.slots)
    if not taken:
        return 0
    caller = bench.caller()
    try:
        for work in taken:
            attempted = bench.work(work, caller)
            if attempted is not None:
                bench.conclude(attempted)
    finally:
        caller.close()
    return len(taken)


def _settings(written: Mapping[str, Any], adapters: Mapping[str, type[Adapter[Any]]], folder: Path) -> Settings:
    instances = {}
    for name, section in written.get("instances", {}).items():
        config = adapters[section["adapter"]].Config.model_validate(section.get("config", {}))
        instances[name] = {**section, "config": config}
    hub = {"data": folder / "var", **written.get("hub", {})}
    database = os.environ.get("PRINTHUB_TEST_STORE")
    scaled = {"store": {"url": database}, "bus": {"url": _NO_BROKER}} if database else {}
    return Settings.model_validate({**scaled, **written, "hub": hub, "instances": instances})
