"""The feed of changes: entries of histories and requests to storefronts, complete and in an order that never changes.

Where many processes write, what was counted first may be committed last: whoever asked for "everything after 7" would
never see a 6 that came later. So places in the feed are given afterwards, by one transaction at a time, to what is
committed then. The entries of one job are written under its lock, so a later one is never committed before an earlier.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from heapq import merge
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, insert, literal, select, text

from printhub.core.model.envelope import Event, read_event
from printhub.core.model.history import StatusChange
from printhub.core.model.known import JobRecord, OrderRecord
from printhub.core.model.statuses import JobStatus
from printhub.core.store import rows
from printhub.core.store.dialects import in_each
from printhub.core.store.events import EventState
from printhub.core.store.prepared import Prepared
from printhub.core.store.schema import customer_order, event, feed, feed_mark, job, payload, status_change
from printhub.core.store.serial import has_many_writers, one_at_a_time
from printhub.core.store.store import Tx

STATUS, REQUEST = "status", "request"
_HIDDEN = JobStatus.CUSTOM_STATUS_HIDDEN
_REQUESTS = and_(event.c.state == str(EventState.STATED), event.c.type.startswith("printhub.request."))
_UNDER_WAY = text(
    "SELECT pg_snapshot_xmin(now)::text::bigint AS first_open, pg_snapshot_xmax(now)::text::bigint AS next_new "
    "FROM pg_current_snapshot() AS now"
)
_ADD = Prepared(insert(feed))
_PUT_MARK = Prepared(
    in_each(
        lambda add: add(feed_mark).on_conflict_do_update(
            index_elements=["kind"],
            set_={name: add(feed_mark).excluded[name] for name in ("settled", "reached", "until")},
        )
    )
)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far places were given: all up to `settled`; up to `reached` to what transactions before `until` brought."""

    settled: int = 0
    reached: int = 0
    until: int = 0


def is_behind(tx: Tx) -> bool:
    """Whether anything may have no place yet."""
    marks = _marks(tx)
    newest = {STATUS: select(func.max(status_change.c.seq)), REQUEST: select(func.max(event.c.seq)).where(_REQUESTS)}
    return any((tx.execute(query).scalar() or 0) > marks[kind].settled for kind, query in newest.items())


def give_places(tx: Tx, limit: int) -> int:
    """Give places to the first of what has none, so many of each kind at the most; returns how many were given."""
    one_at_a_time(tx, ["feed"])
    many = has_many_writers(tx)
    first_open, next_new = tx.execute(_UNDER_WAY).one() if many else (1, 1)
    marks = _marks(tx)
    entries = _without_place(tx, _entries(), STATUS, marks[STATUS], limit)
    requests = _without_place(tx, _requests(), REQUEST, marks[REQUEST], limit)
    # Asked last. Whoever has counted a row by now has written before, so that its transaction had begun.
    until = tx.execute(_UNDER_WAY).one().next_new if many else 1
    for kind, found in ((STATUS, entries), (REQUEST, requests)):
        mark = marks[kind]
        reached = max([mark.reached, *(row.seq for row in found)])
        settled = _settled(mark, first_open, next_new) if many else reached
        if len(found) == limit:
            settled = min(settled, found[-1].seq)
        _PUT_MARK.run(tx, {"kind": kind, "settled": settled, "reached": reached, "until": until})
    given = [
        {
            "kind": kind,
            "seq": row.seq,
            "storefront": row.storefront,
            "hidden": row.status is _HIDDEN,
        }
        for kind, row in _merged(entries, requests)
    ]
    _ADD.run_all(tx, given)
    return len(given)


def end(tx: Tx) -> int:
    """The last place that was given."""
    return tx.execute(select(func.max(feed.c.place))).scalar() or 0


@dataclass(frozen=True, slots=True)
class Placed:
    """One thing in the feed: an entry with its job and order, or a request to the storefront."""

    place: int
    change: StatusChange | None = None
    job: JobRecord | None = None
    order: OrderRecord | None = None
    cause_depth: int = 0
    traceparent: str | None = None
    request: Event | None = None


def after(tx: Tx, place: int, limit: int, *, seen_by: Collection[str] | None, hidden: bool) -> list[Placed]:
    """What follows a place, in its order; of what was cleared away since only the place is left."""
    wanted: list[ColumnElement[bool]] = [feed.c.place > place]
    wanted += [] if seen_by is None else [feed.c.storefront.in_(seen_by)]
    wanted += [] if hidden else [~feed.c.hidden]
    listed = list(
        tx.execute(select(feed.c.place, feed.c.kind, feed.c.seq).where(*wanted).order_by(feed.c.place).limit(limit))
    )
    entries = _entries_at(tx, [row.seq for row in listed if row.kind == STATUS])
    requests = _requests_at(tx, [row.seq for row in listed if row.kind == REQUEST])
    return [
        replace(entries.get(row.seq, _CLEARED), place=row.place)
        if row.kind == STATUS
        else Placed(row.place, request=requests.get(row.seq))
        for row in listed
    ]


_CLEARED = Placed(0)


def _marks(tx: Tx) -> dict[str, Mark]:
    known = {row.kind: Mark(row.settled, row.reached, row.until) for row in tx.execute(select(feed_mark))}
    return {kind: known.get(kind, Mark()) for kind in (STATUS, REQUEST)}


def _settled(mark: Mark, first_open: int, next_new: int) -> int:
    """Up to where nothing can come any more: whatever was under way when the mark was set has ended.

    A database that was put back on another server counts its transactions anew: none of before is under way there.
    """
    ended = mark.until <= first_open or mark.until > next_new
    return mark.reached if ended else mark.settled


def _entries() -> Select[Any]:
    query = select(status_change.c.seq, status_change.c.received_at, status_change.c.status, job.c.storefront)
    return query.join_from(status_change, job, status_change.c.job_id == job.c.id)


def _requests() -> Select[Any]:
    no_status = literal(None, status_change.c.status.type).label("status")
    return select(event.c.seq, event.c.received_at, no_status, event.c.storefront).where(_REQUESTS)


def _without_place(tx: Tx, query: Select[Any], kind: str, mark: Mark, limit: int) -> list[Row[Any]]:
    seq = status_change.c.seq if kind == STATUS else event.c.seq
    placed = exists().where(feed.c.kind == kind, feed.c.seq == seq)
    return list(tx.execute(query.where(seq > mark.settled, ~placed).order_by(seq).limit(limit)))


def _merged(entries: list[Row[Any]], requests: list[Row[Any]]) -> Iterator[tuple[str, Row[Any]]]:
    """Both kinds in the order of their moments, each in its own order."""
    ways = ([(STATUS, row) for row in entries], [(REQUEST, row) for row in requests])
    return merge(*ways, key=lambda one: one[1].received_at)


def _entries_at(tx: Tx, seqs: list[int]) -> dict[int, Placed]:
    if not seqs:
        return {}
    columns = [status_change.c[name] for name in rows.CHANGE_COLUMNS]
    found = {row.seq: StatusChange(*row[1:]) for row in tx.execute(_by_seq(status_change.c.seq, columns, seqs))}
    ids = {change.job_id for change in found.values()}
    jobs = {row.id: rows.job(row) for row in tx.execute(select(job).where(job.c.id.in_(ids)))}
    of = {known.order_id for known in jobs.values()}
    orders = {row.id: rows.order(row) for row in tx.execute(select(customer_order).where(customer_order.c.id.in_(of)))}
    causes = {change.event_id for change in found.values() if change.event_id is not None}
    query = select(event.c.id, event.c.depth, event.c.traceparent).where(event.c.id.in_(causes))
    stated = {row.id: row for row in tx.execute(query)}
    made = {}
    for seq, change in found.items():
        known, cause = jobs.get(change.job_id), stated.get(change.event_id)
        made[seq] = Placed(
            place=0,
            change=change,
            job=known,
            order=orders.get(known.order_id) if known else None,
            cause_depth=cause.depth if cause else 0,
            traceparent=cause.traceparent if cause else None,
        )
    return made


def _by_seq(seq: ColumnElement[int], columns: list[Any], seqs: list[int]) -> Select[Any]:
    return select(seq, *columns).where(seq.in_(seqs))


def _requests_at(tx: Tx, seqs: list[int]) -> dict[int, Event]:
    query = select(event.c.seq, payload.c.body).join_from(event, payload, event.c.payload_id == payload.c.id)
    found = tx.execute(query.where(event.c.seq.in_(seqs), payload.c.erased_at.is_(None))) if seqs else ()
    return {row.seq: read_event(row.body) for row in found}
