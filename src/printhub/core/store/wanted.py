"""Which jobs are wanted, and each wish as the tables see it: lists of places in order, and a question to one row."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, and_, exists, false, func, select, true

from printhub.core.model.findable import OVERDUE, UNPLANNED
from printhub.core.model.jobs import ProductType
from printhub.core.model.known import Blocker
from printhub.core.model.orders import OrderStatus, PaymentStatus
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Mode
from printhub.core.store.schema import customer_order, job_ever, job_search, job_work
from printhub.core.store.searchable import first_place
from printhub.core.store.store import Tx


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which jobs are wanted: all that is given has to hold; of several values one is enough.

    `known_since` and `known_until` bound when a job became known, the end excluded. `states` are of the newest runs
    of a job's deliveries, `overdue` of any that waits for the partner; with `instances` they count there alone.
    `text` is looked for in numbers and references and in the customer's names, e-mail and phone; with `ids_only` at
    the beginning of numbers and references alone. `seen_by` are the storefronts that the asker may see, None for all:
    nothing of the others is counted either.
    """

    text: str | None = None
    ids_only: bool = False
    order: str | None = None
    storefronts: Collection[str] = ()
    product_types: Collection[ProductType] = ()
    statuses: Collection[JobStatus] = ()
    ever: Collection[JobStatus] = ()
    blocker: Blocker | None = None
    order_statuses: Collection[OrderStatus] = ()
    payment_statuses: Collection[PaymentStatus] = ()
    unapproved: bool = False
    mode: Mode | None = None
    known_since: datetime | None = None
    known_until: datetime | None = None
    cancelled: bool = False
    """Whether cancelled jobs are listed too."""
    deleted: bool = False
    """Whether jobs of orders that the storefront deleted are listed too."""
    instances: Collection[str] = ()
    states: Collection[str] = ()
    overdue: bool = False
    unplanned: bool = False
    """Whether only those are listed that were ordered and that no route leads to anybody."""
    seen_by: Collection[str] | None = None


_LONG_AGO = datetime(1970, 1, 2, tzinfo=UTC)
_SLACK = timedelta(minutes=1)
"""How far a job's place may lie from the moment in which it became known, where very many came at once."""


@dataclass(frozen=True, slots=True)
class Range:
    """A list of places that an index has in order: those of the rows for which `where` holds."""

    place: ColumnElement[int]
    where: tuple[ColumnElement[bool], ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """One wish by the name of its field: `ranges` together list what fulfils it, `holds` asks it of a row of `asked`.

    Without ranges there is no index for it; it is only asked. A wish for a time bounds the places: `low` is the first
    that can fulfil it, `high` the first that cannot any more.
    """

    name: str
    ranges: tuple[Range, ...]
    holds: ColumnElement[bool]
    low: int | None = None
    high: int | None = None


asked = job_search.alias("asked")
"""The row that `holds` is about."""


def wishes(tx: Tx, wanted: JobFilter) -> list[Wish]:
    """What is wished for, but for text; `deleted` and `cancelled` are wishes where they are not shown."""
    made = [
        _one_of("storefronts", "storefront", sorted(wanted.storefronts)),
        _one_of("product_types", "product_type", sorted(wanted.product_types)),
        _one_of("statuses", "status", sorted(wanted.statuses)),
        _ever(sorted(wanted.ever)),
        _one_of("blocker", "blocker", [wanted.blocker] if wanted.blocker else []),
        _one_of("order_statuses", "order_status", sorted(wanted.order_statuses)),
        _one_of("payment_statuses", "payment_status", sorted(wanted.payment_statuses)),
        _one_of("mode", "mode", [wanted.mode] if wanted.mode else []),
        _flag("unapproved", wanted=True) if wanted.unapproved else None,
        None if wanted.cancelled else _flag("cancelled", wanted=False),
        None if wanted.deleted else _flag("deleted", wanted=False),
        _order(wanted.order),
        *_work(tx, wanted),
        *_times(wanted),
    ]
    if wanted.seen_by is not None:
        made.append(Wish("seen_by", (), asked.c.storefront.in_(sorted(wanted.seen_by))))
    return [wish for wish in made if wish is not None]


def only(flag: str) -> Wish:
    """The wish for what is cancelled, or deleted."""
    return _flag(flag, wanted=True)


def _one_of(name: str, column: str, values: Sequence[Any]) -> Wish | None:
    if not values:
        return None
    ranges = tuple(Range(job_search.c.place, (job_search.c[column] == value,)) for value in values)
    return Wish(name, ranges, _among(asked.c[column], values))


def _flag(name: str, *, wanted: bool) -> Wish:
    if not wanted:
        return Wish(name, (), asked.c[name] == false())
    return Wish(name, (Range(job_search.c.place, (job_search.c[name] == true(),)),), asked.c[name] == true())


def _ever(values: Sequence[JobStatus]) -> Wish | None:
    if not values:
        return None
    ranges = tuple(Range(job_ever.c.place, (job_ever.c.status == value,)) for value in values)
    held = job_ever.alias("held")
    return Wish("ever", ranges, exists().where(held.c.place == asked.c.place, _among(held.c.status, values)))


def _order(number: str | None) -> Wish | None:
    if number is None:
        return None
    found = select(customer_order.c.id).where(customer_order.c.number == number)
    listed = Range(job_search.c.place, (job_search.c.order_id.in_(found),))
    return Wish("order", (listed,), asked.c.order_id.in_(found))


def _work(tx: Tx, wanted: JobFilter) -> list[Wish]:
    known = sorted(wanted.instances) or _values(tx, job_work.c.instance)
    made = []
    if wanted.states:
        made.append(_at_work("states", sorted(wanted.states), known))
    if wanted.overdue:
        made.append(_at_work("overdue", [OVERDUE], known))
    if wanted.instances and not made:
        made.append(_at_work("instances", _values(tx, job_work.c.word), known))
    if wanted.unplanned:
        made.append(_at_work("unplanned", [UNPLANNED], [""]))
    return made


def _at_work(name: str, words: Sequence[str], instances: Sequence[str]) -> Wish:
    ranges = tuple(
        Range(job_work.c.place, (job_work.c.word == word, job_work.c.instance == instance))
        for word in words
        for instance in instances
    )
    at = job_work.alias("at")
    there = and_(at.c.word.in_(words), at.c.instance.in_(instances), at.c.place == asked.c.place)
    return Wish(name, ranges, exists().where(there))


def _times(wanted: JobFilter) -> Iterator[Wish]:
    since, until = wanted.known_since, wanted.known_until
    if since is not None:
        yield Wish("known_since", (), asked.c.known_at >= since, low=first_place(max(since, _LONG_AGO) - _SLACK))
    if until is not None:
        yield Wish("known_until", (), asked.c.known_at < until, high=first_place(max(until, _LONG_AGO) + _SLACK))


def _among(column: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    return column == values[0] if len(values) == 1 else column.in_(values)


def _values(tx: Tx, column: Column[Any]) -> list[str]:
    """The words, or the instances, that stand in `job_work`: a few short looks at its index, however long it is."""
    words = _loose(tx, lambda last: select(func.min(job_work.c.word)).where(job_work.c.word > last))
    if column is job_work.c.word:
        return words
    found: set[str] = set()
    for word in words:
        at = job_work.c.word == word
        found.update(
            _loose(tx, lambda last, at=at: select(func.min(job_work.c.instance)).where(at, job_work.c.instance > last))  # type: ignore[misc] # the default binds the word
        )
    return sorted(found)


def _loose(tx: Tx, following: Callable[[str], Any]) -> list[str]:
    found: list[str] = []
    while (word := tx.execute(following(found[-1] if found else "")).scalar()) is not None:
        found.append(str(word))
    return found
