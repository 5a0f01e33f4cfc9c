"""Station: the events of one transaction - each recorded once and applied in its turn, all written together."""

from collections.abc import Sequence
from dataclasses import dataclass

from structlog.contextvars import bound_contextvars

from printhub.core.flow import callback, cancel, holds, messages, opening, planning, projection, waiting
from printhub.core.flow.case import Statement
from printhub.core.flow.pending import Body, Pending
from printhub.core.flow.receipts import Receipt, Refused, Submitted, Taken, hub_fault, refuse
from printhub.core.flow.rules import Rules
from printhub.core.model.envelope import MAX_DEPTH, MAX_EVENT_BYTES, Event, read_event
from printhub.core.model.errors import EventRefused, StoreUnavailable
from printhub.core.model.events.about import About, about
from printhub.core.model.events.catalogue import CATALOGUE, OUTGOING, read_fact
from printhub.core.model.events.fact import Fact
from printhub.core.model.events.partner import PartnerFact
from printhub.core.model.known import JobRecord
from printhub.core.settings import Settings
from printhub.core.store import events
from printhub.core.store.events import EventRecord, EventState
from printhub.core.store.store import Tx, apart

Became = tuple[EventState, str | None, JobRecord | None]
"""What became of an event, what it waits for, and the job that a partner's word is about."""


@dataclass(frozen=True, slots=True)
class Read:
    """An event that was read before any transaction: whose it is and what it states, or why it is refused."""

    item: Submitted
    body: bytes
    fingerprint: str
    storefront: str | None = None
    fact: Fact | None = None
    refused: EventRefused | None = None

    @property
    def names(self) -> set[str]:
        """The order and the jobs that it is about."""
        return opening.about(self.fact, self.storefront) if self.fact and self.storefront else set()


def read(item: Submitted, settings: Settings) -> Read:
    """Read what an event states; one that cannot be taken comes out with the reason."""
    body, fingerprint = item.event.sealed()
    try:
        if len(body) > MAX_EVENT_BYTES:
            raise EventRefused("too_large", f"an event may have {MAX_EVENT_BYTES} bytes, this one has {len(body)}")
        storefront = item.storefront or _storefront(item, settings)
        fact = _fact(item.event, own=item.by is not None)
    except EventRefused as error:
        return Read(item, body, fingerprint, refused=error)
    return Read(item, body, fingerprint, storefront, fact)


class Taking:
    """Takes events in one open transaction."""

    def __init__(self, tx: Tx, rules: Rules) -> None:
        """Record into `tx`."""
        self._tx = tx
        self._rules = rules
        self._pending = Pending(tx, rules)
        self._said: dict[tuple[str, str], str] = {}
        """The fingerprint of what each source said under each id."""
        self._missing: set[str] = set()
        """Orders and jobs that are known not to be there."""

    def take(self, items: Sequence[Read]) -> list[Receipt]:
        """Record events in their order, each once; returns a receipt for each."""
        self._look_ahead(items)
        receipts = [self._take(one) for one in items]
        self.write()
        return receipts

    def again(self, record: EventRecord) -> tuple[EventState, str | None]:
        """Apply a recorded event once more; returns what became of it. Raises EventRefused."""
        body = events.body(self._tx, record.payload_id) if record.payload_id else None
        if body is None:
            raise EventRefused("erased", "what it said was erased")
        fact = read_fact(read_event(body))
        if fact is None:
            return EventState.UNKNOWN, None
        by = f"instance:{fact.instance}" if isinstance(fact, PartnerFact) else f"storefront:{record.storefront or ''}"
        state, waits_for, job = self._apply(fact, callback.statement_of(record, by=by))
        self.write()
        events.move(self._tx, record.id, state, waits_for, job)
        return state, waits_for

    def write(self) -> None:
        """Write what was taken so far, and apply what waited for it."""
        self._missing -= self._pending.names
        for record in self._pending.write():
            self._missing.clear()  # who knows what it brings, and what that brings in turn
            self._apply_early(record)

    def _look_ahead(self, items: Sequence[Read]) -> None:
        """Ask once for all of them what each would ask by itself."""
        self._said = events.fingerprints(self._tx, [(one.item.event.source, one.item.event.id) for one in items])
        if len(items) > 1:
            stated = [(one.fact, one.storefront) for one in items if one.fact and one.storefront]
            # All at once: who took theirs one by one could wait for another who waits for them.
            opening.take_up(self._tx, stated)
            self._missing = opening.missing(self._tx, stated)

    def _take(self, one: Read) -> Receipt:
        event = one.item.event
        try:
            if one.refused is not None:
                raise one.refused
            known = self._said.get((event.source, event.id))
            if known == one.fingerprint:
                return Receipt(Taken.REPEATED, event.id)
            if known is not None:
                raise EventRefused("same_id", "the same source said something else under this id before", field="id")
            receipt = self._record(one)
        except EventRefused as error:
            return refuse(self._tx, self._rules, Refused(error, event.source, event.id, one.body))
        self._said[event.source, event.id] = one.fingerprint
        return receipt

    def _record(self, one: Read) -> Receipt:
        event, fact, now = one.item.event, one.fact, self._rules.now()
        statement = Statement(
            event_id=self._rules.new_id(),
            storefront=one.storefront or "",
            source=event.source,
            source_id=event.id,
            time=event.time,
            received_at=now,
            by=one.item.by or f"storefront:{one.storefront}",
            traceparent=event.traceparent,
        )
        state, waits_for, heard_of = EventState.UNKNOWN, None, None
        if fact is not None:
            with bound_contextvars(event_id=str(statement.event_id)):
                state, waits_for, heard_of = self._apply(fact, statement)
        elif one.storefront is None:
            waits_for, heard_of = callback.lead(self._tx, event.data)
        # A partner's own word for a job is no storefront's number until it has led to one.
        named = about(event.data) if one.storefront else About(job=heard_of.number if heard_of else None)
        kept = Body(self._rules.new_id(), one.body, one.fingerprint, now)
        record = EventRecord(
            id=statement.event_id,
            source=event.source,
            source_id=event.id,
            type=event.type,
            storefront=heard_of.storefront if heard_of else one.storefront,
            subject=event.subject or _subject(fact),
            order_number=named.order,
            job_number=named.job,
            time=event.time,
            received_at=now,
            state=state,
            waits_for=waits_for,
            depth=event.depth,
            payload_id=kept.id,
            traceparent=statement.traceparent,
        )
        self._pending.add_event(record, kept)
        waiting.watch(self._tx, self._rules, record)
        return Receipt(Taken.ACCEPTED, event.id, state=state, event_id=record.id)

    def _apply(self, fact: Fact, statement: Statement) -> Became:
        tx, rules = self._tx, self._rules
        if isinstance(fact, PartnerFact):
            self.write()  # it may be about any job
            waits_for, job = callback.apply(tx, rules, fact, statement)
            return (EventState.UNATTRIBUTED if waits_for else EventState.APPLIED), waits_for, job
        names = opening.about(fact, statement.storefront)
        if self._pending.meets(names):
            self.write()
        case, waits_for = opening.open_case(tx, fact, statement, missing=self._missing)
        if case is None:
            return EventState.EARLY, waits_for, None
        projection.apply(case, fact, statement, rules)
        messages.plan(case, fact, statement, rules)
        for dossier in case.dossiers:
            cancel.recheck(dossier, rules, event_id=statement.event_id)
            messages.recheck(dossier)
            holds.recheck(dossier, rules)
            planning.ask_again(dossier, rules)
        self._pending.add_case(case, statement)
        return EventState.APPLIED, None, None

    def _apply_early(self, record: EventRecord) -> None:
        body = events.body(self._tx, record.payload_id) if record.payload_id else None
        if body is None:
            return
        try:  # a fault of this one is no fault of the event that it waited for
            apart(self._tx, lambda: Taking(self._tx, self._rules).take_early(record, body))
            return
        except StoreUnavailable:
            raise
        except EventRefused as error:
            refused = error
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not cost another event
            refused = hub_fault(error, record.type)
        events.move(self._tx, record.id, EventState.REFUSED)
        refuse(self._tx, self._rules, Refused(refused, record.source, record.source_id, body))

    def take_early(self, record: EventRecord, body: bytes) -> None:
        """Apply an event that had waited for what is there now."""
        fact = read_fact(read_event(body))
        if fact is not None:
            became = self._apply(fact, callback.statement_of(record, by=f"storefront:{record.storefront or ''}"))
            self.write()
            events.move(self._tx, record.id, *became)


def _storefront(item: Submitted, settings: Settings) -> str | None:
    if item.by is not None:
        return None
    storefront = settings.storefront_of(item.event.source)
    if storefront is None:
        detail = "no storefront lists this source; add it to `sources` under [storefronts.ID] in printhub.toml"
        raise EventRefused("unknown_source", detail, field="source")
    return storefront


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
