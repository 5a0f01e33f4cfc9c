"""A hub at work: the threads that make calls, and those that do for the whole hub what one process does at a time."""

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from uuid import UUID

from printhub.core.bus.bus import Bus
from printhub.core.bus.memory import MemoryBus
from printhub.core.bus.rabbit import RabbitBus
from printhub.core.flow.arrivals import KEPT, Arrivals
from printhub.core.flow.dispatcher import Dispatcher
from printhub.core.flow.relay import Relay
from printhub.core.hub import Hub
from printhub.core.model.errors import BusUnavailable, StoreUnavailable
from printhub.core.store import workers
from printhub.core.store.files import Due
from printhub.core.store.lock import sole_use
from printhub.core.store.postgres import Lead, PostgresStore
from printhub.core.store.stirring import Stirring

log = logging.getLogger(__name__)

LOOK_EVERY = timedelta(seconds=1)
"""How often the relay looks for what it was told nothing of."""
RENEW_EVERY = timedelta(seconds=1)
SWEEP_EVERY = timedelta(seconds=1)
BULK_EVERY = timedelta(milliseconds=50)
"""How often it is looked whether bulk acts can go on, at the most: every commit may mean that one can."""
CLEAN_EVERY = timedelta(seconds=1)
SWEEP_FOLDERS_EVERY = timedelta(minutes=1)
_DUTIES = "duties"


def serving(hub: Hub, *, only: Collection[str] | None = None, duties: bool = True) -> "Serving":
    """Start a hub's work in this process: call the instances in `only` (None: all), and do `duties` or not.

    A context manager. Raises StoreUnavailable when another process serves a store that is for one process.
    """
    return Serving(hub, _bus_of(hub), only=only, duties=duties)


class Serving:
    """A process of a hub at work; a context manager that drains and stops at its end.

    Its workers make the calls of some instances. Its duties are those of the whole hub: relay, timers, fetcher,
    sweeper, bulk acts, clean-up, and what partners say by themselves. Where several processes share a store, one of
    them at a time has the duties, and another takes them over when it ends.
    """

    def __init__(self, hub: Hub, bus: Bus, *, only: Collection[str] | None = None, duties: bool = True) -> None:
        """Prepare to work for `hub`: call the instances in `only` (None: all), and do `duties` or not."""
        self._hub = hub
        self._bus = bus
        self._stopping = threading.Event()
        self._leading = threading.Event()
        self._relay = Relay(hub.store, bus, hub.rules)
        benches = [bench for bench in hub.benches if only is None or bench.instance.name in only]
        self._dispatchers = [Dispatcher(bench, bus) for bench in benches]
        self._longest = max((bench.instance.settings.timeout for bench in benches), default=timedelta())
        self._due = threading.Event()
        self._fetch = threading.Event()
        self._bulk = threading.Event()
        self._heard = threading.Event()
        self._written = threading.Event()
        self._said: queue.SimpleQueue[list[tuple[UUID, str]]] = queue.SimpleQueue()
        self._announcing = threading.Event()
        self._look = threading.Event()
        self._held = contextlib.ExitStack()
        self._waiting: set[str] = set()
        loops: dict[str, Callable[[], None]] = {"lease": self._renewing, "watcher": self._watching}
        if duties:
            loops |= {"relay": self._relaying, "timers": self._timing, "fetcher": self._fetching}
            loops |= {"sweeper": self._sweeping, "bulk": self._bulking, "cleaner": self._cleaning}
            loops |= {"inbound": self._hearing, "letters": self._writing}
            if hub.store.shared:
                loops |= {"duties": self._standing}
            if hub.settings.messages.templates is not None:  # the hub's own are right
                loops |= {"templates": self._checking_templates}
        self._arrived = threading.Event()
        self._arrivals: Arrivals | None = None
        if duties and isinstance(bus, RabbitBus):
            self._arrivals = Arrivals(bus.incoming(self._arrived, largest=KEPT), hub.intake)
            loops |= {"arrivals": self._arriving}
        self._threads = [threading.Thread(target=loop, name=name, daemon=True) for name, loop in loops.items()]

    def __enter__(self) -> "Serving":
        """Take what is to be this process's alone, recover what an earlier one left, and start."""
        with contextlib.ExitStack() as held:
            held.callback(self._bus.close)
            if not self._hub.store.shared:
                held.enter_context(sole_use(self._hub.data))
            self._hub.renew_lease()
            if not self._hub.store.shared:
                self._recover()
                self._leading.set()
            self._held = held.pop_all()
        self._hub.hear(self._stirred)
        for name, section in self._hub.settings.instances.items():
            if section.set_aside is not None:
                log.warning("instance %s is set aside: %s", name, section.set_aside, extra={"instance": name})
        for dispatcher in self._dispatchers:
            dispatcher.start()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        """Stop claiming, let running calls end, and sign off."""
        for dispatcher in self._dispatchers:
            dispatcher.stop()
        until = time.monotonic() + self._longest.total_seconds() + 1
        for dispatcher in self._dispatchers:
            dispatcher.join(until - time.monotonic())
        self._stopping.set()
        self._hub.fetcher.stop()
        self._look_everywhere()
        for thread in self._threads:
            thread.join(5)
        with contextlib.suppress(StoreUnavailable):
            self._hub.store.write(lambda tx: workers.leave(tx, self._hub.worker))
        self._held.close()

    def check_bus(self) -> None:
        """Raise BusUnavailable where the bus cannot wake anybody now."""
        if isinstance(self._bus, RabbitBus) and not self._bus.usable:
            raise BusUnavailable("the connection to RabbitMQ is lost; workers look into the store every second")
        if isinstance(self._bus, RabbitBus) and self._bus.blocked:
            raise BusUnavailable("RabbitMQ takes nothing for now: its memory or its disk is short")

    @property
    def leading(self) -> bool:
        """Whether the duties of the hub are this process's now."""
        return self._leading.is_set()

    def _recover(self) -> None:
        left = self._hub.recover()
        if left:
            log.info("%d deliveries were in the hands of a process that is gone; they are unknown now", left)

    def _renewing(self) -> None:
        while not self._stopping.wait(RENEW_EVERY.total_seconds()):
            with self._surviving("lease"):
                self._hub.renew_lease()

    def _checking_templates(self) -> None:
        """Tell once, beside all else, which templates cannot be rendered: the messages of the others go."""
        with self._surviving("templates"):
            for wrong in self._hub.templates.check(sorted(self._hub.settings.storefronts)):
                if self._stopping.is_set():
                    return
                whose = f"{wrong.notification}, {wrong.storefront}, {wrong.language}"
                log.error("templates: %s: %s", whose, wrong.what)

    def _standing(self) -> None:
        """Take the duties of the hub as soon as nobody has them, and keep them for as long as the connection stands."""
        lead: Lead | None = None
        while not self._stopping.is_set():
            with self._surviving("duties"):
                store = self._hub.store
                if lead is None and isinstance(store, PostgresStore):
                    lead = store.lead(_DUTIES)
                if lead is not None and not lead.stands():
                    lead.give_up()
                    lead = None
                    if self._leading.is_set():
                        log.warning("the duties of the hub were lost with the connection to the store")
                    self._leading.clear()
                    continue
                if lead is not None and not self._leading.is_set():
                    self._recover()
                    self._leading.set()
                    log.info("the duties of the hub are this process's now")
            self._stopping.wait(1.0)
        self._leading.clear()
        if lead is not None:
            lead.give_up()

    def _stirred(self, stirring: Stirring) -> None:
        """A commit of this process: only those look who have something to find."""
        if stirring.due and self._leading.is_set():
            self._said.put(stirring.due)
            self._announcing.set()
        elif stirring.due:
            instances = {instance for _, instance in stirring.due}
            for dispatcher in self._dispatchers:
                if dispatcher.instance in instances:
                    dispatcher.wake()
        if stirring.timers:
            self._due.set()
        if stirring.files:
            self._fetch.set()
        if stirring.inbound:
            self._heard.set()
        if stirring.letters:
            self._written.set()
        if stirring.bulk or not self._hub.bulk.idle:
            self._bulk.set()

    def _look_everywhere(self) -> None:
        """Somebody else may have written: who knows what."""
        self._look.set()
        looking = (self._arrived, self._announcing, self._due, self._fetch, self._bulk, self._heard, self._written)
        for event in looking:
            event.set()

    def _taken(self) -> Iterator[tuple[UUID, str]]:
        with contextlib.suppress(queue.Empty):
            while True:
                yield from self._said.get_nowait()

    def _relaying(self) -> None:
        look_at = time.monotonic()
        while self._on_duty():
            self._announcing.wait(1.0)
            self._announcing.clear()
            if time.monotonic() >= look_at:
                self._look.set()
                look_at = time.monotonic() + LOOK_EVERY.total_seconds()
            with self._surviving("relay"):
                said = list(self._taken())
                if said:  # in one go; where the bus is lost they are found by the next look
                    self._relay.announce(said)
                if self._look.is_set():
                    self._look.clear()
                    while self._relay.step():
                        pass

    def _timing(self) -> None:
        while self._on_duty():
            with self._surviving("timers"):
                if self._hub.timers.step():
                    for dispatcher in self._dispatchers:
                        dispatcher.wake()
                    continue
                self._due.wait(self._hub.timers.wait(timedelta(seconds=1)).total_seconds())
            self._due.clear()

    def _fetching(self) -> None:
        while self._on_duty():
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
        while self._on_duty(CLEAN_EVERY):
            with self._surviving("cleaner"):
                while self._hub.cleaner.step() and not self._stopping.is_set():
                    pass
                if time.monotonic() >= sweep_at:
                    sweep_at = time.monotonic() + SWEEP_FOLDERS_EVERY.total_seconds()
                    self._hub.cleaner.sweep()

    def _bulking(self) -> None:
        while self._on_duty(BULK_EVERY):
            self._bulk.wait(1.0)
            self._bulk.clear()
            with self._surviving("bulk"):
                self._hub.bulk.step()

    def _hearing(self) -> None:
        """Take in what partners said, and ask those that say nothing by themselves."""
        while self._on_duty():
            self._heard.wait(1.0)
            self._heard.clear()
            with self._surviving("inbound"):
                while self._hub.callbacks.step() and not self._stopping.is_set():
                    pass
                for name in self._hub.polling.take():
                    threading.Thread(target=self._poll, args=(name,), name=f"{name}-poll", daemon=True).start()

    def _writing(self) -> None:
        """Make letters of messages that did not arrive."""
        while self._on_duty():
            self._written.wait(1.0)
            self._written.clear()
            with self._surviving("letters"):
                while self._hub.letters.step() and not self._stopping.is_set():
                    pass

    def _poll(self, name: str) -> None:
        with self._surviving(f"poll of {name}"):
            self._hub.polling.poll(name)

    def _arriving(self) -> None:
        """Any process with duties takes events in, whoever leads: the broker hands each to one of them."""
        while not self._stopping.is_set():
            self._arrived.wait(1.0)
            with self._surviving("arrivals"):
                if self._arrivals is not None:
                    self._arrivals.step()

    def _sweeping(self) -> None:
        while self._on_duty(SWEEP_EVERY):
            if self._hub.store.shared and not self._hub.lease.is_steady:
                continue  # the store was away: the others are about to say that they live
            with self._surviving("sweeper"):
                self._hub.sweeper.step()

    def _watching(self) -> None:
        # Another process, the command line say, may have written.
        while not self._stopping.is_set():
            with self._surviving("watcher"), contextlib.closing(self._hub.store.watch()) as watch:
                self._goes_on("watcher")
                while not self._stopping.is_set():
                    if watch.changed(1.0):
                        self._hub.commits.set()
                        self._look_everywhere()

    def _on_duty(self, rest: timedelta = timedelta()) -> bool:
        """Rest, then wait for the duties to be this process's; False when it is to stop."""
        if rest:
            self._stopping.wait(rest.total_seconds())
        while not self._stopping.is_set():
            if self._leading.wait(1.0):
                return not self._stopping.is_set()
        return False

    @contextlib.contextmanager
    def _surviving(self, what: str) -> Iterator[None]:
        try:
            yield
        except BusUnavailable:
            self._stopping.wait(1.0)  # the bus says itself that it is lost, and that it is back
        except StoreUnavailable as error:
            if what not in self._waiting:
                log.warning("the %s waits: %s", what, error)
            self._waiting.add(what)
            self._stopping.wait(1.0)
        except Exception:
            log.exception("the %s failed and goes on", what)
            self._stopping.wait(1.0)
        else:
            self._goes_on(what)

    def _goes_on(self, what: str) -> None:
        if what in self._waiting:
            self._waiting.discard(what)
            log.info("the %s goes on", what)


def _bus_of(hub: Hub) -> Bus:
    url = hub.settings.bus.url
    if url is None:
        return MemoryBus()
    return RabbitBus(
        url.get_secret_value(), hub.rules.instances, hub.intake.keep_foreign, namespace=hub.settings.bus.namespace
    )
