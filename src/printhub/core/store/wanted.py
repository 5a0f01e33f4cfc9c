"""Which jobs are wanted, and each wish as the tables see it.

Most are about what many jobs have in common, and are asked of the profiles. The others are lists of places in order,
and a question to one row.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select

from printhub.core.model.findable import OVERDUE, UNPLANNED
from printhub.core.model.jobs import ProductType
from printhub.core.model.known import Blocker
from printhub.core.model.orders import OrderStatus, PaymentStatus
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Mode
from printhub.core.store.schema import (
    customer_order,
    job_ever,
    job_search,
    job_work,
    profile,
    profile_ever,
    profile_work,
)
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
    """Whether only those are listed that were ordered and that no route leads into production."""
    seen_by: Collection[str] | None = None


_LONG_AGO = datetime(1970, 1, 2, tzinfo=UTC)
_SLACK = timedelta(minutes=1)
"""How far a job's place may lie from the moment in which it became known, where very many came at once."""


@dataclass(frozen=True, slots=True)
class Range:
    """A list of places that an index has in order: those of the rows for which `where` holds."""

    place: ColumnElement[int]
    where: tuple[ColumnElement[bool], ...]


Asked = Callable[[ColumnElement[int]], ColumnElement[bool]]
"""A question to the job at a place."""


@dataclass(frozen=True, slots=True)
class Trait:
    """A wish for what a job has in common with others, by the name of its field: `holds` asks it of a profile.

    A `hint` stands beside a wish of the same name, which has to be asked all the same: that no job fulfils it whose
    profile does not.
    """

    name: str
    holds: ColumnElement[bool]
    hint: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """One wish by the name of its field: `ranges` together list what fulfils it, `holds` asks it of a job.

    Without ranges there is no index for it; it is only asked. A wish for a time bounds the places: `low` is the first
    that can fulfil it, `high` the first that cannot any more; where that says all there is nothing to ask. `cost` is
    what it takes to ask one job, beside what it takes with others.
    """

    name: str
    ranges: tuple[Range, ...]
    holds: Asked | None
    low: int | None = None
    high: int | None = None
    cost: float = 1.0


def wishes(tx: Tx, wanted: JobFilter) -> list[Trait | Wish]:
    """What is wished for, but for text; `deleted` and `cancelled` are wishes where they are not shown."""
    made: list[Trait | Wish | None] = [
        _one_of("storefronts", "storefront", wanted.storefronts),
        _one_of("product_types", "product_type", wanted.product_types),
        _one_of("statuses", "status", wanted.statuses),
        _one_of("blocker", "blocker", [wanted.blocker] if wanted.blocker else []),
        _one_of("order_statuses", "order_status", wanted.order_statuses),
        _one_of("payment_statuses", "payment_status", wanted.payment_statuses),
        _one_of("mode", "mode", [wanted.mode] if wanted.mode else []),
        Trait("unapproved", profile.c.unapproved) if wanted.unapproved else None,
        None if wanted.cancelled else Trait("cancelled", ~profile.c.cancelled),
        None if wanted.deleted else Trait("deleted", ~profile.c.deleted),
        _at_instances(sorted(wanted.instances)),
        *_ever(sorted(wanted.ever)),
        _order(wanted.order),
        *_work(tx, wanted),
        *_times(tx, wanted),
    ]
    if wanted.seen_by is not None:
        made.append(Trait("seen_by", profile.c.storefront.in_(sorted(wanted.seen_by))))
    return [wish for wish in made if wish is not None]


def only(flag: str) -> Trait:
    """The wish for what is cancelled, or deleted."""
    return Trait(flag, profile.c[flag])


def alike(traits: Sequence[Trait]) -> Select[tuple[int]]:
    """The profiles that have all of these traits."""
    return select(profile.c.id).where(*(trait.holds for trait in traits))


def _one_of(name: str, column: str, values: Collection[Any]) -> Trait | None:
    return Trait(name, profile.c[column].in_(sorted(values))) if values else None


def _at_instances(names: Sequence[str]) -> Trait | None:
    at = select(profile_work.c.profile).where(profile_work.c.instance.in_(names))
    return Trait("instances", profile.c.id.in_(at)) if names else None


def _ever(values: Sequence[JobStatus]) -> Iterator[Trait | Wish]:
    if values:
        had = select(profile_ever.c.profile).where(profile_ever.c.status.in_(values))
        yield Trait("ever", profile.c.id.in_(had), hint=True)
        ranges = tuple(Range(job_ever.c.place, (job_ever.c.status == value,)) for value in values)
        held = job_ever.alias("held")
        yield Wish("ever", ranges, lambda place: exists().where(held.c.place == place, held.c.status.in_(values)))


def _order(number: str | None) -> Wish | None:
    if number is None:
        return None
    found = select(customer_order.c.id).where(customer_order.c.number == number)
    listed = Range(job_search.c.place, (job_search.c.order_id.in_(found),))
    return Wish("order", (listed,), _known(lambda known: known.c.order_id.in_(found)))


def _known(holds: Callable[[Any], ColumnElement[bool]]) -> Asked:
    known = job_search.alias("known")
    return lambda place: exists().where(known.c.place == place, holds(known))


def _work(tx: Tx, wanted: JobFilter) -> Iterator[Trait | Wish]:
    named = [("states", sorted(wanted.states))] if wanted.states else []
    named += [("overdue", [OVERDUE])] if wanted.overdue else []
    if named:
        instances = sorted(wanted.instances) or _instances(tx)
        for name, words in named:
            yield from _at_work(name, words, instances)
    if wanted.unplanned:
        yield from _at_work("unplanned", [UNPLANNED], [""])


def _at_work(name: str, words: Sequence[str], instances: Sequence[str]) -> Iterator[Trait | Wish]:
    had = (profile_work.c.word.in_(words), profile_work.c.instance.in_(instances))
    yield Trait(name, profile.c.id.in_(select(profile_work.c.profile).where(*had)), hint=True)
    ranges = tuple(
        Range(job_work.c.place, (job_work.c.word == word, job_work.c.instance == instance))
        for word in words
        for instance in instances
    )
    at = job_work.alias("at")
    there = and_(at.c.word.in_(words), at.c.instance.in_(instances))
    yield Wish(name, ranges, lambda place: exists().where(there, at.c.place == place))


def _times(tx: Tx, wanted: JobFilter) -> Iterator[Wish]:
    since, until = wanted.known_since, wanted.known_until
    if since is not None:
        low, high = _cut(tx, since)
        later = _known(lambda known: known.c.known_at >= since)
        yield Wish("known_since", (), None if low == high else later, low=low)
    if until is not None:
        low, high = _cut(tx, until)
        earlier = _known(lambda known: known.c.known_at < until)
        yield Wish("known_until", (), None if low == high else earlier, high=high)


def _cut(tx: Tx, moment: datetime) -> tuple[int, int]:
    """Where jobs begin that became known at `moment` or later, and where those end that did before.

    It is the same place, unless very many came at once and some near it are exchanged: then each has to be asked.
    """
    first, last = (first_place(max(moment, _LONG_AGO) + slack) for slack in (-_SLACK, _SLACK))
    near = (job_search.c.place >= first, job_search.c.place < last)
    later = tx.execute(select(func.min(job_search.c.place)).where(*near, job_search.c.known_at >= moment)).scalar()
    before = tx.execute(select(func.max(job_search.c.place)).where(*near, job_search.c.known_at < moment)).scalar()
    begin = last if later is None else later
    return begin, max(begin, (before or 0) + 1)


def _instances(tx: Tx) -> list[str]:
    """All instances that jobs have deliveries at: one short look each."""
    found: list[str] = []
    following = select(func.min(profile_work.c.instance))
    while (
        name := tx.execute(following.where(profile_work.c.instance > (found[-1] if found else ""))).scalar()
    ) is not None:
        found.append(str(name))
    return found
