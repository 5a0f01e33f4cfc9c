"""Station: gives an instance's due deliveries to its workers, as many at a time as it has slots."""

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from structlog.contextvars import bind_contextvars, bound_contextvars

from printhub.core.bus.bus import Bus
from printhub.core.flow import callback, commit, messages, outcome, stops
from printhub.core.flow import claim as claims
from printhub.core.flow.attempt import Caller, is_proof
from printhub.core.flow.claim import Claim, Probe, Turns, claim, give_back
from printhub.core.flow.decision import Crash
from printhub.core.flow.frozen import FrozenMessages
from printhub.core.flow.lease import Lease
from printhub.core.flow.outcome import Attempted
from printhub.core.flow.rules import Instance, Rules
from printhub.core.http.redaction import masked_text
from printhub.core.model.errors import AdapterError, Misconfigured, StoreUnavailable
from printhub.core.model.failpoints import Failpoint
from printhub.core.model.reports import Found, Report
from printhub.core.model.trace import trace_id
from printhub.core.store import deliveries as rows
from printhub.core.store.serial import one_at_a_time
from printhub.core.store.store import Store, Tx

log = logging.getLogger(__name__)


Work = Claim | Probe
_SHARE = 4
"""Of busy slots a quarter is filled at a time, if so many come free within a few moments."""
_MOMENTS = 5
_MOMENT = 0.001


class Workbench:
    """What one instance's workers do, a piece of work at a time; it knows nothing of threads."""

    def __init__(self, store: Store, rules: Rules, messages: FrozenMessages, instance: Instance, lease: Lease) -> None:
        """Work at `instance` for the process that has this lease."""
        self.instance = instance
        self._store = store
        self._rules = rules
        self._messages = messages
        self._lease = lease
        self._worker = lease.worker
        self._turns = Turns()
        self._in_hand: set[UUID] = set()
        self._unsure = False

    def take(self, limit: int) -> list[Work]:
        """Claim up to `limit` pieces of work; raises StoreUnavailable."""
        if self._unsure:
            self._give_back_lost()
        try:
            taken = self._store.write(
                lambda tx: claim(tx, self._rules, self.instance, self._worker, limit, self._turns),
            )
        except StoreUnavailable:
            self._unsure = True  # it may be committed all the same
            raise
        if isinstance(taken, Probe):
            return [taken]
        self._in_hand |= {work.delivery.id for work in taken}
        if taken:
            self._rules.reached(Failpoint.CLAIM_COMMITTED)
        return list(taken)

    @property
    def again(self) -> timedelta | None:
        """How soon to look again for what the last claim left out; None where it left nothing out."""
        return self._turns.again

    def now(self) -> datetime:
        """The hub's time."""
        return self._rules.now()

    def caller(self) -> Caller:
        """Hands for one worker thread."""
        return Caller(self.instance, self._rules, self._messages)

    def work(self, work: Work, caller: Caller) -> "Attempted | None":
        """Make the call; what comes back is to be handed to `conclude`. Raises StoreUnavailable before it is made."""
        if isinstance(work, Claim):
            if self._store.shared and not self._lease.holds and not self._is_ours(work):
                log.warning("a call of %s is not made: its lease ran out before", self.instance.name)
                self._in_hand.discard(work.delivery.id)
                return None
            return caller.attempt(work)
        answer = caller.check()
        if isinstance(answer, AdapterError | Crash):
            detail = answer.detail
            self._store.write(lambda tx: self._stop_again(tx, work, detail))
        elif is_proof(answer):
            self._store.write(lambda tx: self._lift(tx, work))
        else:
            self.instance = replace(self.instance, can_check=False)  # a call shows it, as with adapters without a check
            self._store.write(lambda tx: self._try_now(tx, work))
        return None

    def refuse(self, work: Work, why: str) -> "Attempted | None":
        """Note that a call cannot be made, because the adapter itself cannot; its work waits until it can."""
        if isinstance(work, Probe):
            self._store.write(lambda tx: self._stop_again(tx, work, why))
            return None
        now = self._rules.now()
        return Attempted(claim=work, result=Misconfigured(why), began_at=now, ended_at=now)

    def give_back(self, work: Work) -> None:
        """Undo a claim whose call was not made; a probe's time comes again by itself."""
        if isinstance(work, Claim):
            self._store.write(lambda tx: self._give_back(tx, work))
            self._in_hand.discard(work.delivery.id)

    def conclude(self, attempted: Attempted) -> None:
        """Write down how an attempt ended; raises StoreUnavailable, and may then be called again."""
        self._store.write_with_others(_conclude, (self._rules, attempted))
        self._rules.reached(Failpoint.OUTCOME_COMMITTED)
        self._in_hand.discard(attempted.claim.delivery.id)

    def abandon(self, attempted: Attempted) -> None:
        """Leave a call whose outcome cannot be applied to a person; raises StoreUnavailable."""
        self._store.write(lambda tx: claims.abandon(tx, attempted.claim))
        self._in_hand.discard(attempted.claim.delivery.id)

    def _is_ours(self, work: Claim) -> bool:
        known = self._store.read(lambda tx: rows.get(tx, work.delivery.id))
        return known is not None and (known.worker, known.fence) == (self._worker, work.fence)

    def _give_back_lost(self) -> None:
        lost = self._store.read(lambda tx: claims.lost(tx, self._worker, self.instance, self._in_hand))
        for one in lost:
            self._store.write(lambda tx, one=one: self._give_back(tx, one))  # type: ignore[misc] # the default binds it
        self._unsure = False

    def _give_back(self, tx: Tx, work: Claim) -> None:
        give_back(tx, self._rules, work)
        callback.attribute(tx, self._rules, [commit.waits_for_end(work.delivery.id)])

    def _lift(self, tx: Tx, probe: Probe) -> None:
        # As they stand now: the trial has given back a part of their time, and others may have lifted them since.
        for stop in stops.left_of(tx, self.instance.name, probe.stops):
            stops.lift(tx, self._rules, stop)

    def _try_now(self, tx: Tx, probe: Probe) -> None:
        for stop in stops.left_of(tx, self.instance.name, probe.stops):
            stops.try_now(tx, self._rules, stop)
            stops.wake(tx, self._rules, stop.name, stop.storefront)

    def _stop_again(self, tx: Tx, probe: Probe, detail: str) -> None:
        for stop in probe.stops:
            stops.misconfigured(tx, self._rules, self.instance, stop.storefront, detail)


def _conclude(tx: Tx, ended: Sequence[tuple[Rules, Attempted]]) -> None:
    """Write down all attempts that ended while the store was busy: their jobs are loaded, and saved, in one go."""
    rules = ended[0][0]
    deliveries = [attempted.claim.delivery for _, attempted in ended]
    one_at_a_time(tx, _about(ended))
    held = messages.loaded(tx, deliveries)
    for (_, attempted), delivery in zip(ended, deliveries, strict=True):
        outcome.conclude(held.get(delivery.job_id) if delivery.job_id else None, attempted, rules, tx)
    arrived = commit.save(tx, rules, held.values())
    callback.attribute(tx, rules, [*arrived, *(commit.waits_for_end(delivery.id) for delivery in deliveries)])
    rules.reached(Failpoint.OUTCOME_BEFORE_COMMIT)


def _about(ended: Sequence[tuple[Rules, Attempted]]) -> set[str]:
    """What outcomes may decide about beside jobs, to be taken at once: one by one, two might wait for each other."""
    names = set()
    for _, attempted in ended:
        instance, result = attempted.claim.delivery.instance, attempted.result
        result = result.report if isinstance(result, Found) else result
        if not isinstance(result, Report):
            names.add(stops.name_of(instance))
        elif result.reference:
            names.add(commit.waits_for_reference(instance, result.reference))
    return names


def _fields(work: Work) -> dict[str, str]:
    """What every log line says that is written over a piece of work, a plugin's own too."""
    if isinstance(work, Probe):
        return {}
    cause, trace = work.cause, trace_id(work.traceparent)
    fields = {"delivery_id": str(work.delivery.id), "event_id": str(cause) if cause else None, "trace_id": trace}
    return {name: value for name, value in fields.items() if value}


def _note(attempted: Attempted) -> None:
    delivery, seconds = attempted.claim.delivery, (attempted.ended_at - attempted.began_at).total_seconds()
    level = logging.DEBUG if attempted.went_well else logging.INFO
    measured = {"attempt": delivery.attempts, "seconds": round(seconds, 3)}
    log.log(level, "%s of %s: %s", attempted.claim.purpose, delivery.verb, attempted.outcome, extra=measured)


class Dispatcher:
    """The threads of one instance: one that claims, and as many workers as the instance has slots.

    An instance that hangs keeps its own slots busy and nobody else's.
    """

    def __init__(self, bench: Workbench, bus: Bus) -> None:
        """Dispatch the bench's work, woken by `bus`."""
        self._bench = bench
        self._bus = bus
        self._stopping = threading.Event()
        self._given_up = threading.Event()
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

    @property
    def instance(self) -> str:
        """The name of the instance whose work it dispatches."""
        return self._bench.instance.name

    def wake(self) -> None:
        """Look for work now."""
        self._wake.set()

    def join(self, seconds: float) -> bool:
        """Wait for all threads to end; False when some call is still being made after `seconds`.

        Until then what the store does not take is offered to it again and again; after that, no more.
        """
        until = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        self._given_up.set()
        return not any(thread.is_alive() for thread in self._threads)

    def _claim(self) -> None:
        bind_contextvars(instance=self._bench.instance.name)
        subscription = self._bus.subscribe(self._bench.instance.name, self._wake)
        self._wake.set()  # what is due already was announced to nobody
        waiting = False
        while not self._stopping.is_set():
            again = self._bench.again
            self._wake.wait(1.0 if again is None else min(1.0, again.total_seconds()))
            self._let_some_end()
            try:
                subscription.drain()
                while self._fill():
                    pass
                subscription.ack()
                if waiting:
                    log.info("claims for %s go on", self._bench.instance.name)
                waiting = False
            except StoreUnavailable as error:
                if not waiting:
                    log.warning("claims for %s wait: %s", self._bench.instance.name, error)
                waiting = True
                self._stopping.wait(1.0)
            except Exception:
                log.exception("the claims for %s failed and go on", self._bench.instance.name)
                self._stopping.wait(1.0)
        # After the last claim, or what was claimed while we were told to stop would lie there uncalled.
        for _ in range(self._slots):
            self._work.put(None)
        subscription.close()

    def _let_some_end(self) -> None:
        """Where nearly all slots are busy, wait a moment until some are free: a claim costs much the same for many."""
        for _ in range(_MOMENTS):
            if self._slots - self._busy >= self._slots // _SHARE or self._stopping.is_set():
                return
            time.sleep(_MOMENT)

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
        # What one storefront has was taken to its end, or to that of the slots; of several, each had but its share.
        return len({work.delivery.storefront for work in taken if isinstance(work, Claim)}) > 1

    def _serve(self) -> None:
        bind_contextvars(instance=self._bench.instance.name)
        caller: Caller | None = None
        while (work := self._work.get()) is not None:
            with bound_contextvars(**_fields(work)):
                caller = self._carry_out(work, caller)
            with self._lock:
                self._busy -= 1
            self._wake.set()
        if caller is not None:
            caller.close()

    def _carry_out(self, work: Work, caller: Caller | None) -> Caller | None:
        if caller is None:
            try:
                caller = self._bench.caller()
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin's constructor may raise anything
                self._unable(work, error)
                return None
        attempted = self._attempt(work, caller)
        if attempted is not None:
            _note(attempted)
            self._conclude(attempted)
        return caller

    def _attempt(self, work: Work, caller: Caller) -> Attempted | None:
        name = self._bench.instance.name
        began = self._bench.now()
        told = False
        while True:
            try:
                return self._bench.work(work, caller)
            except StoreUnavailable as error:
                if not told:
                    log.warning("a call of %s waits to be made: %s", name, error)
                    told = True
                if self._stopping.wait(1.0):
                    self._write("a call that was not made", lambda: self._bench.give_back(work))
                    return None
            except (Exception, SystemExit) as error:
                log.exception("a call of %s failed in the hub", name)
                if not isinstance(work, Claim):
                    return None
                # Nobody knows how far it came, so it counts as sent.
                crash = Crash(f"the hub failed in the call: {type(error).__name__}", sent=True)
                return Attempted(claim=work, result=crash, began_at=began, ended_at=self._bench.now())

    def _unable(self, work: Work, error: BaseException) -> None:
        why = masked_text(f"its adapter could not be made: {type(error).__name__}: {error}")[:2000]
        log.error("instance %s cannot work: %s", self._bench.instance.name, why)
        try:
            attempted = self._bench.refuse(work, why)
        except StoreUnavailable:
            return  # a probe: its time comes again
        if attempted is not None:
            self._conclude(attempted)

    def _conclude(self, attempted: Attempted) -> None:
        try:
            self._write("an outcome", lambda: self._bench.conclude(attempted))
        except Exception:
            log.exception("an outcome of %s could not be applied", self._bench.instance.name)
            if isinstance(attempted.result, Crash):
                with contextlib.suppress(Exception):
                    self._write("a call to be settled by hand", lambda: self._bench.abandon(attempted))
                return
            lost = Crash("the hub could not apply the outcome; its log says why", sent=True)
            self._conclude(replace(attempted, result=lost, exchanges=[]))

    def _write(self, what: str, write: Callable[[], None]) -> None:
        # It is kept until the store takes it; should the process end first, the delivery is unknown.
        told = False
        while True:
            try:
                write()
            except StoreUnavailable as error:
                if not told:
                    log.warning("%s of %s waits to be written: %s", what, self._bench.instance.name, error)
                    told = True
                if self._given_up.wait(0.1 if self._stopping.is_set() else 1.0):
                    return
            else:
                return
