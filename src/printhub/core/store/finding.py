"""Finds jobs by any combination of filters, newest first, and tells how many each filter hides.

Every wish is a list of places in order (see `wanted`). The one whose next matches lie furthest apart is walked, and
the others are asked of each row on the way: fast where one wish is rare, and where all are common.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, Select, and_, exists, func, select, union

from printhub.core.model.deliveries import Delivery
from printhub.core.model.known import JobRecord
from printhub.core.store import rows
from printhub.core.store.schema import customer_order, job, job_search
from printhub.core.store.search import Page, newest_deliveries
from printhub.core.store.store import Tx
from printhub.core.store.text_search import Text, read_text
from printhub.core.store.wanted import JobFilter, Range, Wish, asked, only, wishes

MANY = 1000
"""More than so many matches are not counted."""
_SAMPLE = 500
"""How many matches of a wish are looked at to tell how close together they lie."""
_MOST_RANGES = 60
"""A wish with more lists than this is not walked: each step would look at every one of them."""
_EVERYTHING = Range(job_search.c.place, ())


@dataclass(frozen=True, slots=True)
class JobFound:
    """A job with its order's number and the newest runs of its deliveries."""

    job: JobRecord
    order: str | None
    deliveries: tuple[Delivery, ...]


def jobs(tx: Tx, wanted: JobFilter, *, after: UUID | None = None, limit: int) -> Page[JobFound]:
    """The jobs that match, the newest known first; those that the text names by a whole id stand before all others."""
    made, text = _read(tx, wanted)
    place = tx.execute(select(job_search.c.place).where(job_search.c.job_id == after)).scalar() if after else None
    named = _places(tx, _named(made, text), limit=MANY) if text and text.named else []
    if place in named:
        found, place = [other for other in named if other < place], None
    else:
        found = named if after is None else []
    if len(found) <= limit:
        found = found + _places(tx, made, after=place, limit=limit + 1 - len(found), without=named)
    shown = _found(tx, found[:limit])
    return Page(tuple(shown), shown[-1].job.id if len(found) > limit else None)


def hidden(tx: Tx, wanted: JobFilter, *, empty: bool) -> Mapping[str, int]:
    """How many jobs more there were without each filter, by the field's name; MANY + 1 stands for more than MANY.

    Told of `cancelled` and `deleted`, and where the answer is `empty` of every filter that hides any by itself.
    """
    made, _ = _read(tx, wanted)
    counts = {}
    for wish in made:
        others = [other for other in made if other is not wish]
        if wish.name in ("cancelled", "deleted"):
            counts[wish.name] = len(_places(tx, [*others, only(wish.name)], limit=MANY + 1))
        elif empty and wish.name != "seen_by":
            counts[wish.name] = len(_places(tx, others, limit=MANY + 1))
    return {name: count for name, count in counts.items() if count}


def of_order(tx: Tx, order_id: UUID) -> list[JobFound]:
    """The jobs of an order in the order in which they became known, cancelled ones too."""
    query = select(job_search.c.place).where(job_search.c.order_id == order_id).order_by(job_search.c.place)
    return _found(tx, tx.execute(query).scalars().all())


def any_job(tx: Tx) -> bool:
    """Whether there is any job."""
    return tx.execute(select(job_search.c.place).limit(1)).scalar() is not None


def some_jobs(tx: Tx, shares: Iterable[float]) -> list[UUID]:
    """One job for each share of the time that all of them span: 0 is the oldest, 1 the newest."""
    first, last = _ends(tx)
    at = [select(job_search.c.job_id).where(job_search.c.place >= first + int((last - first) * one)) for one in shares]
    return [tx.execute(query.order_by(job_search.c.place).limit(1)).scalar_one() for query in at]


def _ends(tx: Tx) -> tuple[int, int]:
    ends = select(func.min(job_search.c.place)), select(func.max(job_search.c.place))
    first, last = (tx.execute(end).scalar() or 0 for end in ends)
    return first, last


def _read(tx: Tx, wanted: JobFilter) -> tuple[list[Wish], Text | None]:
    text = read_text(tx, wanted.text, ids_only=wanted.ids_only) if wanted.text else None
    return wishes(tx, wanted) + ([text.wish] if text else []), text


def _named(made: list[Wish], text: Text) -> list[Wish]:
    listed = Range(job_search.c.place, (job_search.c.place.in_(text.named),))
    named = Wish("text", (listed,), asked.c.place.in_(text.named))
    return [named if wish is text.wish else wish for wish in made]


def _places(
    tx: Tx, made: Sequence[Wish], *, limit: int, after: int | None = None, without: Sequence[int] = ()
) -> list[int]:
    """The places of jobs for which all that is wished holds, the newest first."""
    low = max((wish.low for wish in made if wish.low is not None), default=None)
    high = min((bound for bound in (after, *(wish.high for wish in made)) if bound is not None), default=None)
    walked = _sparsest(tx, made, low, high)
    questions = [wish.holds for wish in made if wish is not walked]
    if without:
        questions.append(asked.c.place.not_in(without))
    arms: list[Select[Any]] = []
    for one in walked.ranges if walked else (_EVERYTHING,):
        query = _between(one, low, high)
        if questions:
            query = query.where(exists().where(and_(asked.c.place == one.place, *questions)))
        arms.append(query)
    both: Select[Any] | CompoundSelect[Any] = arms[0] if len(arms) == 1 else union(*arms)
    return list(tx.execute(both.order_by(both.selected_columns[0].desc()).limit(limit)).scalars())


def _between(one: Range, low: int | None, high: int | None) -> Select[Any]:
    query = select(one.place.label("place")).where(*one.where)
    query = query if low is None else query.where(one.place >= low)
    return query if high is None else query.where(one.place < high)


def _sparsest(tx: Tx, made: Iterable[Wish], low: int | None, high: int | None) -> Wish | None:
    """The wish whose next matches lie furthest apart; None when there is none that an index lists."""
    listed = [wish for wish in made if 0 < len(wish.ranges) <= _MOST_RANGES]
    if len(listed) < 2:
        return listed[0] if listed else None
    first, last = _ends(tx)
    top, bottom = (last if high is None else min(high, last)), (first if low is None else max(low, first))
    return min(listed, key=lambda wish: sum(_density(tx, one, low, high, bottom, top) for one in wish.ranges))


def _density(tx: Tx, one: Range, low: int | None, high: int | None, bottom: int, top: int) -> float:
    next_ = _between(one, low, high).order_by(one.place.desc()).limit(_SAMPLE).subquery()
    count, furthest = tx.execute(select(func.count(), func.min(next_.c.place))).one()
    if not count:
        return 0.0
    return int(count) / max(1, top - int(furthest if count == _SAMPLE else min(bottom, furthest)))


def _found(tx: Tx, places: Sequence[int]) -> list[JobFound]:
    query = (
        select(job, customer_order.c.number.label("order_number"))
        .join_from(job_search, job, job.c.id == job_search.c.job_id)
        .join(customer_order, job.c.order_id == customer_order.c.id, isouter=True)
        .add_columns(job_search.c.place)
        .where(job_search.c.place.in_(places))
    )
    found = {row.place: row for row in tx.execute(query)} if places else {}
    planned = newest_deliveries(tx, [row.id for row in found.values()])
    listed = (found[place] for place in places if place in found)
    return [JobFound(rows.job(row), row.order_number, planned[row.id]) for row in listed]
