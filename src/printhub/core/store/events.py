"""Recorded events, and input that was refused."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update

from printhub.core.model.envelope import Event, read_event
from printhub.core.model.known import JobRecord
from printhub.core.store.prepared import Prepared
from printhub.core.store.schema import event, payload, quarantine
from printhub.core.store.store import Tx


class EventState(StrEnum):
    """What became of a recorded event."""

    APPLIED = "applied"
    EARLY = "early"
    """It is about an order or job that is not known yet."""
    UNATTRIBUTED = "unattributed"
    """It is a partner's word about something that no reference leads to yet."""
    UNKNOWN = "unknown"
    """Its type is not known here; it is kept and shown."""
    REFUSED = "refused"
    """It waited for an order or job, and could not be applied when that came; what was refused tells why."""
    STATED = "stated"
    """The hub said it itself."""


@dataclass(frozen=True, slots=True)
class EventRecord:
    """A recorded event without its body."""

    id: UUID
    source: str
    source_id: str
    type: str
    storefront: str | None
    """Whose it is; of a partner's word that of the job that it was found to be about."""
    subject: str | None
    time: datetime | None
    received_at: datetime
    state: EventState
    waits_for: str | None
    depth: int
    payload_id: UUID | None
    order_number: str | None = None
    """The order that it is about, by the storefront's own id."""
    job_number: str | None = None
    """The job that it is about, where it names no order."""
    traceparent: str | None = None
    """The trace that it belongs to."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Input that was refused, and why."""

    id: UUID
    received_at: datetime
    source: str | None
    source_id: str | None
    code: str
    reason: str
    payload_id: UUID | None


_EVENT = tuple(EventRecord.__dataclass_fields__)
_REFUSAL = tuple(Refusal.__dataclass_fields__)

# Made once: to build and to hash a statement costs about as much as to run it.
_FINGERPRINTS = Prepared(
    select(event.c.source_id, payload.c.fingerprint)
    .join_from(event, payload, event.c.payload_id == payload.c.id)
    .where(event.c.source == bindparam("source"), event.c.source_id.in_(bindparam("ids", expanding=True)))
)
_RECORD = Prepared(insert(event))
_of_event = attrgetter(*_EVENT)
_KEEP = Prepared(insert(payload))
_BODY = Prepared(select(payload.c.body).where(payload.c.id == bindparam("id"), payload.c.erased_at.is_(None)))
_INSTEAD = Prepared(
    update(payload)
    .where(payload.c.id == bindparam("kept"), payload.c.erased_at.is_(None))
    .values(body=bindparam("body"))
)
_STATED = Prepared(
    select(payload.c.body)
    .join_from(event, payload, event.c.payload_id == payload.c.id)
    .where(event.c.id == bindparam("id"), payload.c.erased_at.is_(None))
)
_TRACES = Prepared(
    select(event.c.id, event.c.traceparent).where(
        event.c.id.in_(bindparam("ids", expanding=True)), event.c.traceparent.is_not(None)
    )
)
_WAITING = Prepared(select(event).where(event.c.waits_for.in_(bindparam("what", expanding=True))).order_by(event.c.seq))


def fingerprints(tx: Tx, said: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The fingerprint of what was said before under each of these, (source, id), as far as anything was."""
    wanted: defaultdict[str, list[str]] = defaultdict(list)
    for source, id_ in said:
        wanted[source].append(id_)
    return {
        (source, row.source_id): row.fingerprint
        for source, ids in wanted.items()
        for row in _FINGERPRINTS.rows(tx, {"source": source, "ids": ids})
    }


def record(tx: Tx, found: EventRecord) -> None:
    """Keep an event."""
    record_all(tx, [found])


def record_all(tx: Tx, found: Sequence[EventRecord]) -> None:
    """Keep events, in their order."""
    _RECORD.run_all(tx, [dict(zip(_EVENT, _of_event(one), strict=True)) for one in found])


def keep(tx: Tx, id_: UUID, body: bytes, fingerprint: str, at: datetime) -> UUID:
    """Keep a body in an erasable row."""
    keep_all(tx, [(id_, body, fingerprint, at)])
    return id_


def keep_all(tx: Tx, bodies: Sequence[tuple[UUID, bytes, str, datetime]]) -> None:
    """Keep several bodies: (id, body, fingerprint, moment)."""
    names = ("id", "body", "fingerprint", "created_at")
    _KEEP.run_all(tx, [dict(zip(names, values, strict=True)) for values in bodies])


def keep_instead(tx: Tx, id_: UUID, new: bytes) -> None:
    """Put another body in the place of a kept one; one that was erased stays so."""
    _INSTEAD.run(tx, {"kept": id_, "body": new})


def body(tx: Tx, id_: UUID) -> bytes | None:
    """A kept body; None when it was erased."""
    found: bytes | None = _BODY.scalar(tx, {"id": id_})
    return found


def of_id(tx: Tx, id_: UUID) -> Event | None:
    """A recorded event as it was stated; None when its body was erased."""
    found = _STATED.scalar(tx, {"id": id_})
    return read_event(found) if found is not None else None


def move(tx: Tx, id_: UUID, state: EventState, waits_for: str | None = None, job: JobRecord | None = None) -> None:
    """Note what became of an event; `job` is what a partner's word was found to be about."""
    found = {"storefront": job.storefront, "job_number": job.number} if job else {}
    tx.execute(update(event).where(event.c.id == id_).values(state=state, waits_for=waits_for, **found))


def traceparents(tx: Tx, ids: Collection[UUID]) -> dict[UUID, str]:
    """The traces of those of these events that belong to one."""
    return {row.id: row.traceparent for row in _TRACES.rows(tx, {"ids": list(ids)})} if ids else {}


def depth_of(tx: Tx, id_: UUID | None) -> int:
    """How many events of the hub's own stand behind an event; 0 for none."""
    return tx.execute(select(event.c.depth).where(event.c.id == id_)).scalar() or 0


def get(tx: Tx, id_: UUID) -> EventRecord | None:
    """One recorded event."""
    row = tx.execute(select(event).where(event.c.id == id_)).first()
    return _event(row) if row else None


def named(tx: Tx, sources: Collection[str], source_id: str) -> list[EventRecord]:
    """The events that these sources stated under this id."""
    query = select(event).where(event.c.source.in_(sources), event.c.source_id == source_id).order_by(event.c.seq)
    return [_event(row) for row in tx.execute(query)]


def first_waiting_for(tx: Tx, what: str) -> UUID | None:
    """The event that has waited longest for this; one of a type that is not known here waits for nobody's help."""
    waits = (event.c.waits_for == what, event.c.state != EventState.UNKNOWN)
    return tx.execute(select(event.c.id).where(*waits).order_by(event.c.seq).limit(1)).scalar()


def waiting_for(tx: Tx, what: Sequence[str]) -> list[EventRecord]:
    """Early and unattributed events that wait for any of these, in the order of their times."""
    if not what:
        return []
    found = _WAITING.rows(tx, {"what": list(what)})
    records = [_event(row) for row in found]
    return sorted(records, key=lambda item: (item.time or item.received_at, item.source_id))


def listed(tx: Tx, state: EventState | None, limit: int) -> list[EventRecord]:
    """The newest events, or those in one state."""
    query = select(event).order_by(event.c.seq.desc()).limit(limit)
    return [_event(row) for row in tx.execute(query if state is None else query.where(event.c.state == state))]


def by_type(tx: Tx, type_: str) -> list[EventRecord]:
    """All events of one type, oldest first."""
    return [_event(row) for row in tx.execute(select(event).where(event.c.type == type_).order_by(event.c.seq))]


def refuse(tx: Tx, refusal: Refusal) -> None:
    """Keep what was refused, so that it can be shown."""
    tx.execute(insert(quarantine).values({name: getattr(refusal, name) for name in _REFUSAL}))


def refused(tx: Tx, limit: int) -> list[Refusal]:
    """What was refused, newest first."""
    found = tx.execute(select(quarantine).order_by(quarantine.c.seq.desc()).limit(limit))
    return [Refusal(**{name: getattr(row, name) for name in _REFUSAL}) for row in found]


def refusals(tx: Tx, *, id_: UUID | None = None, source_id: str | None = None) -> list[Refusal]:
    """What was refused, by the hub's own id or by the sender's."""
    query = select(quarantine).order_by(quarantine.c.seq)
    query = query.where(quarantine.c.id == id_) if id_ else query.where(quarantine.c.source_id == source_id)
    return [Refusal(**{name: getattr(row, name) for name in _REFUSAL}) for row in tx.execute(query)]


def _event(row: object) -> EventRecord:
    values = {name: getattr(row, name) for name in _EVENT}
    return EventRecord(**values | {"state": EventState(values["state"])})
