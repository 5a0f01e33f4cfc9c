"""Station: the one door for events. Records each once, applies it, and answers after the commit."""

import contextlib
import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import pydantic_core
from pydantic import JsonValue, ValidationError
from structlog.contextvars import bound_contextvars

from printhub.core.flow import callback, cancel, commit, holds, opening, planning, projection, waiting
from printhub.core.flow.case import Statement
from printhub.core.flow.rules import Rules
from printhub.core.model.envelope import MAX_DEPTH, MAX_EVENT_BYTES, Event, check_event, read_event, read_json, refusal
from printhub.core.model.errors import EventRefused, StoreUnavailable
from printhub.core.model.events.about import About, about
from printhub.core.model.events.catalogue import CATALOGUE, OUTGOING, read_fact
from printhub.core.model.events.fact import Fact
from printhub.core.model.events.partner import PartnerFact
from printhub.core.model.failpoints import Failpoint
from printhub.core.model.known import JobRecord
from printhub.core.model.signals import AnySignal
from printhub.core.store import events
from printhub.core.store.events import EventRecord, EventState, Refusal
from printhub.core.store.serial import has_many_writers
from printhub.core.store.store import Store, Tx, apart

log = logging.getLogger(__name__)

BATCH = 50
"""Events that share one transaction when many are recorded at once."""
HUB_FAULT = "hub_fault"
"""The code of what was refused by a fault of the hub's own."""
_LONGEST_ID = 400
"""Characters of a partner's own id of a message; a longer one is hashed, so that an event's id can hold it."""


class Taken(StrEnum):
    """What became of an event that was handed in."""

    ACCEPTED = "accepted"
    REPEATED = "repeated"
    """The same event was recorded before; nothing was done."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to one event that was handed in."""

    taken: Taken
    id: str | None
    state: EventState | None = None
    code: str | None = None
    reason: str | None = None
    event_id: UUID | None = None
    faults: tuple[tuple[str, str], ...] = ()
    """The places in the event that it was refused for, as JSON pointers, each with what is wrong there."""

    @property
    def accepted(self) -> bool:
        """Whether it was recorded now."""
        return self.taken is Taken.ACCEPTED

    @property
    def repeated(self) -> bool:
        """Whether it had been recorded before."""
        return self.taken is Taken.REPEATED

    @property
    def refused(self) -> bool:
        """Whether it was refused; `reason` says why."""
        return self.taken is Taken.REFUSED


@dataclass(frozen=True, slots=True)
class Submitted:
    """One event to be recorded: `storefront` is set for what an operator states, whose source is the hub."""

    event: Event
    storefront: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class _Refused:
    error: EventRefused
    source: str | None
    source_id: str | None
    body: bytes


class Intake:
    """Takes events from the storefront, from partners' callbacks and from operators alike."""

    def __init__(self, store: Store, rules: Rules) -> None:
        """Record into `store`."""
        self._store = store
        self._rules = rules

    def take_raw(self, raw: bytes | JsonValue) -> Receipt:
        """Record one structured-mode event, as bytes or as JSON read before; what is refused is kept and shown."""
        try:
            event = read_event(raw) if isinstance(raw, bytes) else check_event(raw)
        except EventRefused as error:
            body = raw if isinstance(raw, bytes) else _shown(raw)
            named = _readable(raw)
            return self._keep(_Refused(error, _text(named.get("source")), _text(named.get("id")), body))
        return self.take([Submitted(event)])[0]

    def take(self, submitted: Sequence[Submitted]) -> list[Receipt]:
        """Record events in order; returns one receipt each, after the commit that holds it."""
        receipts: list[Receipt] = []
        for start in range(0, len(submitted), BATCH):
            receipts += self._take_together(submitted[start : start + BATCH])
        for item, receipt in zip(submitted, receipts, strict=True):
            _note(item.event.type, receipt)
        return receipts

    def _take_together(self, chunk: Sequence[Submitted]) -> list[Receipt]:
        try:
            receipts = self._store.write(lambda tx: self._take_all(tx, chunk))
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever one event brings down, it must not cost the others
            if len(chunk) > 1:  # one of them has brought the others down: each by itself
                return [receipt for item in chunk for receipt in self._take_together([item])]
            event = chunk[0].event
            refused = _Refused(_hub_fault(error, event.type), event.source, event.id, event.to_json())
            return [self._store.write(lambda tx: _refuse(tx, self._rules, refused))]
        self._rules.reached(Failpoint.INTAKE_COMMITTED)
        return receipts

    def _take_all(self, tx: Tx, chunk: Sequence[Submitted]) -> list[Receipt]:
        if len(chunk) > 1:  # all at once: who took theirs one by one could wait for another who waits for them
            opening.take_up(tx, self._known_facts(chunk) if has_many_writers(tx) else ())
        receipts = [self.take_in(tx, item) for item in chunk]
        self._rules.reached(Failpoint.INTAKE_BEFORE_COMMIT)
        return receipts

    def _known_facts(self, chunk: Sequence[Submitted]) -> Iterator[tuple[Fact, str]]:
        """The storefronts' facts among these, and whose each is; what is to be refused is so when its turn comes."""
        for item in chunk:
            with contextlib.suppress(EventRefused):
                storefront = item.storefront or self._storefront(item.event, item)
                fact = _fact(item.event, own=item.by is not None) if storefront else None
                if storefront and fact is not None:
                    yield fact, storefront

    def take_signals(self, instance: str, signals: Sequence[AnySignal]) -> list[Receipt]:
        """Record what a partner said by itself; what is not fit to be an event is kept and shown, by itself."""
        found = [_read_signal(instance, signal) for signal in signals]
        events_read = [Submitted(item, by=f"instance:{instance}") for item in found if isinstance(item, Event)]
        taken = iter(self.take(events_read))
        return [next(taken) if isinstance(item, Event) else self._keep(item) for item in found]

    def _keep(self, refused: _Refused) -> Receipt:
        receipt = self._store.write(lambda tx: _refuse(tx, self._rules, refused))
        _note("input", receipt)
        return receipt

    def refuse(self, event: Event, why: EventRefused) -> Receipt:
        """Keep an event and show that it was refused, for a reason that the door found."""
        return self._keep(_Refused(why, event.source, event.id, event.to_json()))

    def keep_foreign(self, where: str, body: bytes, why: str) -> None:
        """Keep and show what came by a way of the hub's own and is none of the hub's."""
        self._keep(_Refused(EventRefused("foreign_message", f"{where}: {why}"), None, None, body))

    def take_in(self, tx: Tx, item: Submitted) -> Receipt:
        """Record one event in a transaction that is open already."""
        event = item.event
        body = event.to_json()
        try:
            if len(body) > MAX_EVENT_BYTES:
                raise EventRefused("too_large", f"an event may have {MAX_EVENT_BYTES} bytes, this one has {len(body)}")
            storefront = item.storefront or self._storefront(event, item)
            fact = _fact(event, own=item.by is not None)
            known = events.fingerprint_of(tx, event.source, event.id)
            if known == event.fingerprint:
                return Receipt(Taken.REPEATED, event.id)
            if known is not None:
                raise EventRefused("same_id", "the same source said something else under this id before", field="id")
            return self._record(tx, item, storefront, fact, body)
        except EventRefused as error:
            return _refuse(tx, self._rules, _Refused(error, event.source, event.id, body))

    def _record(self, tx: Tx, item: Submitted, storefront: str | None, fact: Fact | None, body: bytes) -> Receipt:
        event, now = item.event, self._rules.now()
        statement = Statement(
            event_id=self._rules.new_id(),
            storefront=storefront or "",
            source=event.source,
            source_id=event.id,
            time=event.time,
            received_at=now,
            by=item.by or f"storefront:{storefront}",
            traceparent=event.traceparent,
        )
        state, waits_for, heard_of = EventState.UNKNOWN, None, None
        if fact is not None:
            with bound_contextvars(event_id=str(statement.event_id)):
                state, waits_for, heard_of = self._apply(tx, fact, statement)
        elif storefront is None:
            waits_for, heard_of = callback.lead(tx, event.data)
        # A partner's own word for a job is no storefront's number until it has led to one.
        named = about(event.data) if storefront else About(job=heard_of.number if heard_of else None)
        record = EventRecord(
            id=statement.event_id,
            source=event.source,
            source_id=event.id,
            type=event.type,
            storefront=heard_of.storefront if heard_of else storefront,
            subject=event.subject or _subject(fact),
            order_number=named.order,
            job_number=named.job,
            time=event.time,
            received_at=now,
            state=state,
            waits_for=waits_for,
            depth=event.depth,
            payload_id=events.keep(tx, self._rules.new_id(), body, event.fingerprint, now),
            traceparent=statement.traceparent,
        )
        events.record(tx, record)
        waiting.watch(tx, self._rules, record)
        return Receipt(Taken.ACCEPTED, event.id, state=state, event_id=record.id)

    def _apply(self, tx: Tx, fact: Fact, statement: Statement) -> tuple[EventState, str | None, JobRecord | None]:
        """Returns what became of it, what it waits for, and the job that a partner's word is about."""
        if isinstance(fact, PartnerFact):
            waits_for, job = callback.apply(tx, self._rules, fact, statement)
            return (EventState.UNATTRIBUTED if waits_for else EventState.APPLIED), waits_for, job
        case, waits_for = opening.open_case(tx, fact, statement)
        if case is None:
            return EventState.EARLY, waits_for, None
        projection.apply(case, fact, statement, self._rules)
        for dossier in case.dossiers:
            cancel.recheck(dossier, self._rules, event_id=statement.event_id)
            holds.recheck(dossier, self._rules)
            planning.ask_again(dossier, self._rules)
        brought = opening.brought(case, statement.storefront)
        commit.save_order(tx, self._rules, case, statement)
        callback.attribute(tx, self._rules, commit.save(tx, self._rules, case.dossiers, statement.traceparent))
        for record in events.waiting_for(tx, sorted(brought)):
            self._apply_early(tx, record)
        return EventState.APPLIED, None, None

    def _apply_early(self, tx: Tx, record: EventRecord) -> None:
        body = events.body(tx, record.payload_id) if record.payload_id else None
        if body is None:
            return
        try:  # a fault of this one is no fault of the event that it waited for
            apart(tx, lambda: self._apply_now(tx, record, body))
            return
        except StoreUnavailable:
            raise
        except EventRefused as error:
            refused = error
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not cost another event
            refused = _hub_fault(error, record.type)
        events.move(tx, record.id, EventState.REFUSED)
        _refuse(tx, self._rules, _Refused(refused, record.source, record.source_id, body))

    def take_again(self, tx: Tx, record: EventRecord) -> tuple[EventState, str | None]:
        """Apply a recorded event once more; returns what became of it. Raises EventRefused."""
        body = events.body(tx, record.payload_id) if record.payload_id else None
        if body is None:
            raise EventRefused("erased", "what it said was erased")
        fact = read_fact(read_event(body))
        if fact is None:
            return EventState.UNKNOWN, None
        if isinstance(fact, PartnerFact):
            statement = callback.statement_of(record, by=f"instance:{fact.instance}")
        else:
            statement = _statement(record)
        state, waits_for, job = self._apply(tx, fact, statement)
        events.move(tx, record.id, state, waits_for, job)
        return state, waits_for

    def _apply_now(self, tx: Tx, record: EventRecord, body: bytes) -> None:
        fact = read_fact(read_event(body))
        if fact is not None:
            events.move(tx, record.id, *self._apply(tx, fact, _statement(record)))

    def _storefront(self, event: Event, item: Submitted) -> str | None:
        if item.by is not None:
            return None
        storefront = self._rules.settings.storefront_of(event.source)
        if storefront is None:
            detail = "no storefront lists this source; add it to `sources` under [storefronts.ID] in printhub.toml"
            raise EventRefused("unknown_source", detail, field="source")
        return storefront


def _refuse(tx: Tx, rules: Rules, refused: _Refused) -> Receipt:
    now, error = rules.now(), refused.error
    kept = refused.body[: 64 * 1024]
    digest = hashlib.sha256(refused.body).hexdigest()
    payload_id = events.keep(tx, rules.new_id(), kept, digest, now)
    refusal = Refusal(rules.new_id(), now, refused.source, refused.source_id, error.code, error.detail, payload_id)
    events.refuse(tx, refusal)
    return Receipt(
        Taken.REFUSED, refused.source_id, code=error.code, reason=error.detail, event_id=refusal.id, faults=error.faults
    )


def _note(what: str, receipt: Receipt) -> None:
    about = {"event_id": str(receipt.event_id)} if receipt.event_id else None
    level, code = (logging.INFO, f": {receipt.code}") if receipt.refused else (logging.DEBUG, "")
    log.log(level, "%s %s%s", what, receipt.taken, code, extra=about)


def _hub_fault(error: Exception, type_: str) -> EventRefused:
    log.error("an event of type %s could not be applied", type_, exc_info=error)
    detail = f"the hub could not apply it ({type(error).__name__}); it is kept, and the log tells more"
    return EventRefused(HUB_FAULT, detail)


def _read_signal(instance: str, signal: AnySignal) -> Event | _Refused:
    given = signal.dedupe or ""
    if len(given) > _LONGEST_ID or not given.isprintable():  # an id of an event could not hold it
        digest = hashlib.sha256(given.encode(errors="surrogatepass")).hexdigest()
        signal = signal.model_copy(update={"dedupe": f"sha256:{digest}"})
    try:
        return callback.to_event(instance, signal)
    except ValidationError as error:
        why = refusal(error, "signal").detail
    except ValueError as error:  # such as text that UTF-8 has no bytes for
        why = type(error).__name__
    detail = f"what {instance} said makes no event: {why}"
    refused = EventRefused("unreadable_signal", detail)
    return _Refused(refused, callback.source_of(instance), None, _shown(signal.model_dump()))


def _statement(record: EventRecord) -> Statement:
    return callback.statement_of(record, by=f"storefront:{record.storefront or ''}")


def _fact(event: Event, *, own: bool) -> Fact | None:
    if not own and (event.type in OUTGOING or event.source.startswith("urn:printhub:")):
        raise EventRefused("not_yours", "only the hub states events of this type or source", field="type")
    if event.depth > MAX_DEPTH:
        detail = f"more than {MAX_DEPTH} events caused this one; something goes round in a circle"
        raise EventRefused("too_deep", detail, field="causationdepth")
    if not own and issubclass(CATALOGUE.get(event.type, Fact), PartnerFact):
        raise EventRefused("not_yours", "what partners say comes in through their instance", field="type")
    return read_fact(event)


def _subject(fact: Fact | None) -> str | None:
    named = getattr(fact, "job", None) or getattr(fact, "order", None)
    found = named if isinstance(named, str) or named is None else named.id
    return str(found) if found else None


def _readable(raw: bytes | JsonValue) -> dict[str, JsonValue]:
    try:
        value = read_json(raw) if isinstance(raw, bytes) else raw
    except EventRefused:
        return {}
    return value if isinstance(value, dict) else {}


def _shown(value: JsonValue) -> bytes:
    try:
        return pydantic_core.to_json(value)
    except ValueError:
        return b""  # nested too deeply to be written down again


def _text(value: object) -> str | None:
    return value[:512] if isinstance(value, str) else None
