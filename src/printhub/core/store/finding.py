"""Finds jobs by any combination of filters, newest first, and tells how many each filter hides; see `walking`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import func, select

from printhub.core.model.deliveries import Delivery
from printhub.core.model.known import JobRecord
from printhub.core.store import rows
from printhub.core.store.schema import customer_order, job, job_search
from printhub.core.store.search import Page, newest_deliveries
from printhub.core.store.store import Tx
from printhub.core.store.text_search import Text, read_text
from printhub.core.store.walking import count, places
from printhub.core.store.wanted import JobFilter, Range, Trait, Wish, only, wishes

MANY = 1000
"""More than so many matches are not counted."""
_ANY = JobFilter()


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
    named = places(tx, _named(made, text), limit=MANY) if text and text.named else []
    if place in named:
        found, place = [other for other in named if other < place], None
    else:
        found = named if after is None else []
    if len(found) <= limit:
        found = found + places(tx, made, after=place, limit=limit + 1 - len(found), without=named)
    shown = _found(tx, found[:limit])
    return Page(tuple(shown), shown[-1].job.id if len(found) > limit else None)


def hidden(tx: Tx, wanted: JobFilter, *, empty: bool) -> Mapping[str, int]:
    """How many jobs more there were without each filter, by the field's name; MANY + 1 stands for more than MANY.

    Told of `cancelled` and `deleted`, and where the answer is `empty` of every filter that hides any by itself.
    """
    made, text = _read(tx, wanted)
    counts = {}
    for name in dict.fromkeys(wish.name for wish in made):
        if name in ("cancelled", "deleted"):
            others = [other for other in made if other.name != name]
            counts[name] = count(tx, [*others, only(name)], MANY + 1)
        elif empty and name != "seen_by":
            without = wishes(tx, replace(wanted, **{name: getattr(_ANY, name)}))
            others = [*without, *([text.wish] if text and name != "text" else [])]
            counts[name] = count(tx, others, MANY + 1)
    return {name: many for name, many in counts.items() if many}


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


def _read(tx: Tx, wanted: JobFilter) -> tuple[list[Trait | Wish], Text | None]:
    text = read_text(tx, wanted.text, ids_only=wanted.ids_only) if wanted.text else None
    return [*wishes(tx, wanted), *([text.wish] if text else [])], text


def _named(made: list[Trait | Wish], text: Text) -> list[Trait | Wish]:
    listed = Range(job_search.c.place, (job_search.c.place.in_(text.named),))
    named = Wish("text", (listed,), lambda place: place.in_(text.named))
    return [named if wish is text.wish else wish for wish in made]


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
