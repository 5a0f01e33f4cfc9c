"""Station: states what people of the print shop should know, as an event of the hub's own."""

from uuid import UUID

from printhub.core.flow.rules import HUB, Rules
from printhub.core.model.envelope import Event, read_event
from printhub.core.model.events.about import about
from printhub.core.model.events.partner import StaffNotice
from printhub.core.model.trace import next_span
from printhub.core.store import events, search
from printhub.core.store.events import EventRecord, EventState
from printhub.core.store.search import Page
from printhub.core.store.store import Tx


def state(
    tx: Tx, rules: Rules, matter: str, text: str, *, instance: str | None = None, storefront: str | None = None
) -> None:
    """Record a staff notice that is about no job."""
    record(tx, rules, StaffNotice(matter=matter, text=text[:2000], instance=instance), storefront)


def traced(traceparent: str | None) -> dict[str, str | int | bool]:
    """What an event says of the trace that it belongs to."""
    return {"traceparent": next_span(traceparent)} if traceparent else {}


def record(
    tx: Tx,
    rules: Rules,
    notice: StaffNotice,
    storefront: str | None = None,
    traceparent: str | None = None,
    *,
    id_: UUID | None = None,
) -> None:
    """Record a staff notice that was made already; `id_` is its event's, where that was given already."""
    now, id_ = rules.now(), id_ or rules.new_id()
    event = Event(
        id=str(id_),
        source=HUB,
        specversion="1.0",
        type=StaffNotice.type,
        subject=notice.job or notice.instance,
        time=now,
        data=notice.model_dump(mode="json", exclude_none=True),
        extensions=traced(traceparent),
    )
    keep(tx, rules, id_, event, storefront)


def keep(tx: Tx, rules: Rules, id_: UUID, event: Event, storefront: str | None) -> None:
    """Record an event that the hub states itself."""
    now, named = rules.now(), about(event.data)
    events.record(
        tx,
        EventRecord(
            id=id_,
            source=event.source,
            source_id=event.id,
            type=event.type,
            storefront=storefront,
            subject=event.subject,
            order_number=named.order,
            job_number=named.job,
            time=event.time,
            received_at=now,
            state=EventState.STATED,
            waits_for=None,
            depth=0,
            payload_id=events.keep(tx, rules.new_id(), event.to_json(), event.fingerprint, now),
            traceparent=event.traceparent,
        ),
    )


Told = tuple[EventRecord, StaffNotice | None]
"""A notice with its record; None where its text was erased."""


def listed(tx: Tx, *, after: UUID | None = None, limit: int) -> Page[Told]:
    """What staff were told, the newest first."""
    page = search.by_type(tx, StaffNotice.type, after=after, limit=limit)
    return Page(tuple((record, _notice(tx, record)) for record in page.items), page.after)


def _notice(tx: Tx, record: EventRecord) -> StaffNotice | None:
    body = events.body(tx, record.payload_id) if record.payload_id else None
    return StaffNotice.model_validate(read_event(body).data) if body else None
