"""Station: gives an instance's due deliveries to its workers, as many at a time as it has slots."""

import logging
import queue
import threading
import time
from dataclasses import dataclass, replace
from uuid import UUID

from printhub.core.bus.memory import MemoryBus
from printhub.core.flow import callback, commit, outcome, stops
from printhub.core.flow.attempt import Caller
from printhub.core.flow.claim import Claim, Turns, claim, probe_due
from printhub.core.flow.compose import Composer
from printhub.core.flow.decision import Crash
from printhub.core.flow.outcome import Attempted
from printhub.core.flow.rules import Instance, Rules
from printhub.core.http.redaction import masked_text
from printhub.core.model.errors import Misconfigured, StoreUnavailable
from printhub.core.store import dossiers
from printhub.core.store.instances import Stop
from printhub.core.store.store import Store, Tx

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Probe:
    """A misconfigured instance is checked again, to see whether it may go on."""

    stops: tuple[Stop, ...]


Work = Claim | Probe


class Workbench:
    """What one instance's workers do, a piece of work at a time; it knows nothing of threads."""

    def __init__(self, store: Store, rules: Rules, composer: Composer, instance: Instance, worker: UUID) -> None:
        """Work at `instance` for the worker process `worker`."""
        self.instance = instance
        self._store = store
        self._rules = rules
        self._composer = composer
        self._worker = worker
        self._turns = Turns()

    def take(self, limit: int) -> list[Work]:
        """Claim up to `limit` pieces of work."""
        if self.instance.can_check:
            due = self._store.read(lambda tx: probe_due(tx, self._rules, self.instance))
            if due:
                self._store.write(lambda tx: stops.begin_trial(tx, self._rules, self.instance, due))
                return [Probe(tuple(due))]
        taken = self._store.write(
            lambda tx: claim(tx, self._rules, self.instance, self._worker, limit, self._turns),
        )
        return list(taken)

    def caller(self) -> Caller:
        """Hands for one worker thread."""
        return Caller(self.instance, self._rules, self._composer)

    def work(self, work: Work, caller: Caller) -> "Attempted | None":
        """Make the call; what comes back is to be handed to `conclude`. Raises StoreUnavailable before it is made."""
        if isinstance(work, Claim):
            return caller.attempt(work)
        error = caller.check()
        if error is None:
            self._store.write(lambda tx: self._lift(tx, work))
        else:
            detail = error.detail
            self._store.write(lambda tx: self._stop_again(tx, work, detail))
        return None

    def refuse(self, work: Work, why: str) -> "Attempted | None":
        """Note that a call cannot be made, because the adapter itself cannot; its work waits until it can."""
        if isinstance(work, Probe):
            self._store.write(lambda tx: self._stop_again(tx, work, why))
            return None
        now = self._rules.now()
        return Attempted(claim=work, result=Misconfigured(why), began_at=now, ended_at=now)

    def conclude(self, attempted: Attempted) -> None:
        """Write down how an attempt ended; raises StoreUnavailable, and may then be called again."""
        self._store.write(lambda tx: self._conclude(tx, attempted))

    def _conclude(self, tx: Tx, attempted: Attempted) -> None:
        delivery = attempted.claim.delivery
        held = dossiers.load(tx, [delivery.job_id] if delivery.job_id else [])
        outcome.conclude(held.get(delivery.job_id) if delivery.job_id else None, attempted, self._rules, tx)
        arrived = commit.save(tx, self._rules, held.values())
        callback.attribute(tx, self._rules, [*arrived, commit.waits_for_end(delivery.id)])

    def _lift(self, tx: Tx, probe: Probe) -> None:
        for stop in probe.stops:
            stops.lift(tx, self._rules, stop)

    def _stop_again(self, tx: Tx, probe: Probe, detail: str) -> None:
        for stop in probe.stops:
            stops.misconfigured(tx, self._rules, self.instance, stop.storefront, detail)


class Dispatcher:
    """The threads of one instance: one that claims, and as many workers as the instance has slots.

    An instance that hangs keeps its own slots busy and nobody else's.
    """

    def __init__(self, bench: Workbench, bus: MemoryBus) -> None:
        """Dispatch the bench's work, woken by `bus`."""
        self._bench = bench
        self._bus = bus
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._work: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._slots = bench.instance.settings.slots
        self._busy = 0
        self._lock = threading.Lock()
        name = bench.instance.name
        self._threads = [threading.Thread(target=self._claim, name=f"{name}-claims", daemon=True)]
        self._threads += [
            threading.Thread(target=self._serve, name=f"{name}-{number}", daemon=True) for number in range(self._slots)
        ]

    def start(self) -> None:
        """Start all threads."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Claim nothing more; the calls that are being made end by themselves."""
        self._stopping.set()
        self._wake.set()

    def wake(self) -> None:
        """Look for work now."""
        self._wake.set()

    def join(self, seconds: float) -> bool:
        """Wait for all threads to end; False when some call is still being made after `seconds`."""
        until = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _claim(self) -> None:
        subscription = self._bus.subscribe(self._bench.instance.name, self._wake)
        self._wake.set()  # what is due already was announced to nobody
        while not self._stopping.is_set():
            self._wake.wait(1.0)
            try:
                subscription.drain()
                while self._fill():
                    pass
                subscription.ack()
            except StoreUnavailable as error:
                log.warning("claims for %s wait: %s", self._bench.instance.name, error)
                self._stopping.wait(1.0)
            except Exception:
                log.exception("the claims for %s failed and go on", self._bench.instance.name)
                self._stopping.wait(1.0)
        # After the last claim, or what was claimed while we were told to stop would lie there uncalled.
        for _ in range(self._slots):
            self._work.put(None)
        subscription.close()

    def _fill(self) -> bool:
        with self._lock:
            free = self._slots - self._busy
        if free <= 0 or self._stopping.is_set():
            return False
        taken = self._bench.take(free)
        with self._lock:
            self._busy += len(taken)
        for work in taken:
            self._work.put(work)
        return bool(taken)

    def _serve(self) -> None:
        caller: Caller | None = None
        while (work := self._work.get()) is not None:
            caller = self._carry_out(work, caller)
            with self._lock:
                self._busy -= 1
            self._wake.set()
        if caller is not None:
            caller.close()

    def _carry_out(self, work: Work, caller: Caller | None) -> Caller | None:
        name = self._bench.instance.name
        told = False
        while True:
            try:
                caller = caller or self._bench.caller()
                attempted = self._bench.work(work, caller)
            except StoreUnavailable as error:
                if not told:
                    log.warning("a call of %s waits to be made: %s", name, error)
                    told = True
                if self._stopping.wait(1.0):
                    return caller
                continue
            except (Exception, SystemExit) as error:  # noqa: BLE001 - only a plugin's constructor is left to raise
                attempted = self._unable(work, error)
            if attempted is not None:
                self._conclude(attempted)
            return caller

    def _unable(self, work: Work, error: BaseException) -> Attempted | None:
        why = masked_text(f"its adapter could not be made: {type(error).__name__}: {error}")
        log.error("instance %s cannot work: %s", self._bench.instance.name, why)
        try:
            return self._bench.refuse(work, why)
        except StoreUnavailable:
            return None  # a probe: its time comes again

    def _conclude(self, attempted: Attempted) -> None:
        # The outcome is kept until the store takes it; should the process die first, the delivery is unknown.
        name = self._bench.instance.name
        told = False
        while True:
            try:
                self._bench.conclude(attempted)
            except StoreUnavailable as error:
                if not told:
                    log.warning("an outcome of %s waits to be written: %s", name, error)
                    told = True
                if self._stopping.wait(1.0):
                    return
            except Exception:
                log.exception("an outcome of %s could not be applied", name)
                if isinstance(attempted.result, Crash):
                    return
                lost = Crash("the hub could not apply the outcome; its log says why", sent=True)
                attempted = replace(attempted, result=lost, exchanges=[])
            else:
                return
