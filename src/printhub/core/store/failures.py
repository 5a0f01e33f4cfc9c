"""Failed deliveries that somebody has to see to, grouped by what they have in common."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, exists, func, literal_column, select

from printhub.core.model.deliveries import Delivery
from printhub.core.model.known import FileRecord
from printhub.core.model.verbs import Verb
from printhub.core.store import rows
from printhub.core.store.schema import asset, delivery, job
from printhub.core.store.search import Page, page_of
from printhub.core.store.store import Tx

_newer, _job = delivery.alias("newer"), job.alias("its_job")
_SAME = [_newer.c[name] == delivery.c[name] for name in ("storefront", "instance", "verb", "subject")]
# Written out, because a partial index is not used for a state that is only bound later.
_FAILED: ColumnElement[bool] = literal_column("delivery.state = 'failed'")
_STANDS = and_(
    _FAILED,
    ~exists().where(*_SAME, _newer.c.run > delivery.c.run),
    ~exists().where(_job.c.id == delivery.c.job_id, _job.c.cancelled),
)
"""Failed, not sent again since, and of a job that is still wanted."""


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Failures of one verb at one instance that say the same; `sample` is the one that was planned last."""

    instance: str
    verb: Verb
    fingerprint: str
    count: int
    storefronts: tuple[str, ...]
    first: datetime | None
    last: datetime | None
    sample: Delivery
    job: str | None


def groups(tx: Tx, seen_by: Collection[str] | None = None) -> list[FailureGroup]:
    """All groups of what these storefronts' deliveries failed of (None: all storefronts'), the largest first."""
    place = (delivery.c.instance, delivery.c.verb, delivery.c.fingerprint)
    since = delivery.c.since
    query = select(
        *place,
        delivery.c.storefront,
        func.count().label("many"),
        func.min(since, type_=since.type).label("first"),
        func.max(since, type_=since.type).label("last"),
        func.max(delivery.c.seq).label("newest"),
    )
    # Its own guess would be the index of states, which leads to every failed row.
    query = query.with_hint(delivery, "INDEXED BY ix_delivery_failures", "sqlite")
    together: defaultdict[tuple[str, Verb, str], list[Row[Any]]] = defaultdict(list)
    for row in tx.execute(
        query.where(_STANDS, *_of(delivery.c.storefront, seen_by)).group_by(*place, delivery.c.storefront)
    ):
        together[row.instance, row.verb, row.fingerprint or ""].append(row)
    samples = _samples(tx, [max(row.newest for row in found) for found in together.values()])
    made = [_group(place, found, samples) for place, found in together.items()]
    return sorted(made, key=lambda group: (-group.count, group.instance, group.verb, group.fingerprint))


def members(
    tx: Tx, fingerprint: str, *, after: UUID | None = None, limit: int, seen_by: Collection[str] | None = None
) -> Page[tuple[Delivery, str | None]]:
    """The failed deliveries with this fingerprint, the newest first, each with its job's number."""
    query = select(delivery, job.c.number.label("job_number")).join_from(
        delivery, job, delivery.c.job_id == job.c.id, isouter=True
    )
    wanted = query.where(_STANDS, delivery.c.fingerprint == fingerprint, *_of(delivery.c.storefront, seen_by))
    return page_of(tx, wanted, delivery, after, limit, lambda row: (rows.delivery(row), row.job_number))


def files(
    tx: Tx, *, after: UUID | None = None, limit: int, seen_by: Collection[str] | None = None
) -> Page[tuple[FileRecord, str]]:
    """The files that could not be fetched and that nothing replaced, the newest first, each with its job's number."""
    # Written out for the same reason.
    query = select(asset, job.c.number.label("job_number")).join_from(asset, job, asset.c.job_id == job.c.id)
    query = query.where(literal_column("asset.state = 'failed'"), ~asset.c.superseded, *_of(job.c.storefront, seen_by))
    if after is not None:
        query = query.where(asset.c.id < after)
    found = tx.execute(query.order_by(asset.c.id.desc()).limit(limit + 1)).all()
    shown = tuple((rows.file(row), row.job_number) for row in found[:limit])
    return Page(shown, shown[-1][0].id if len(found) > limit else None)


def _of(storefront: ColumnElement[str], seen_by: Collection[str] | None) -> list[ColumnElement[bool]]:
    return [] if seen_by is None else [storefront.in_(seen_by)]


def _group(place: tuple[str, Verb, str], found: list[Row[Any]], samples: dict[int, Row[Any]]) -> FailureGroup:
    sample = samples[max(row.newest for row in found)]
    return FailureGroup(
        *place,
        count=sum(row.many for row in found),
        storefronts=tuple(sorted(row.storefront for row in found)),
        first=min((row.first for row in found if row.first), default=None),
        last=max((row.last for row in found if row.last), default=None),
        sample=rows.delivery(sample),
        job=sample.job_number,
    )


def _samples(tx: Tx, seqs: list[int]) -> dict[int, Row[Any]]:
    query = select(delivery, job.c.number.label("job_number")).join_from(
        delivery, job, delivery.c.job_id == job.c.id, isouter=True
    )
    return {row.seq: row for row in tx.execute(query.where(delivery.c.seq.in_(seqs)))}
