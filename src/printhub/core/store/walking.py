"""Carries a search out: the places of jobs for which all that is wished holds, the newest first.

What is wished of the profiles is answered first. Where that is all, the lists of those that fit are merged from the
newest on, and of no more than one a job that is wanted. Otherwise the list whose next matches lie furthest apart is
walked, and the other wishes are asked of each job on the way: fast where one is rare, and where all are common.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, exists, func, select, union

from printhub.core.store.schema import job_profile, profile
from printhub.core.store.store import Tx
from printhub.core.store.wanted import Asked, Range, Trait, Wish, alike

_NEWEST = 1000
"""So many jobs are looked at one by one before the lists of profiles are: what is common is found among them."""
_SAMPLE = 500
"""How many matches of a wish are looked at to tell how close together they lie."""
_MOST_RANGES = 60
"""A wish with more lists than this is not walked: each step would look at every one of them."""
_MOST_PROFILES = 20
"""The lists of the jobs of so many profiles are merged; the jobs of more are put in order at once …"""
_FEW = 30_000
"""… if they are fewer than this."""
_EVERYTHING = Range(job_profile.c.place, ())


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which places is looked; the upper one is excluded."""

    low: int | None
    high: int | None

    def within(self, place: ColumnElement[int]) -> list[ColumnElement[bool]]:
        """The conditions on a place."""
        low = [] if self.low is None else [place >= self.low]
        return low if self.high is None else [*low, place < self.high]


@dataclass(frozen=True, slots=True)
class _Sample:
    """The next matches of a wish: how many were looked at, and the place of the furthest."""

    count: int
    furthest: int

    def density(self, top: int) -> float:
        """How close together they lie; next to nothing where there are no more."""
        return self.count / max(1, top - (self.furthest if self.count == _SAMPLE else 0))


def places(
    tx: Tx, made: Sequence[Trait | Wish], *, limit: int, after: int | None = None, without: Sequence[int] = ()
) -> list[int]:
    """The places that fulfil every wish, the newest first, from `after` on; those in `without` are passed over."""
    traits = _traits(made)
    wishes = [wish for wish in made if isinstance(wish, Wish)]
    bounds = _bounds(wishes, after)
    asking = [wish for wish in wishes if wish.holds is not None]
    if not asking:
        return _alike(tx, traits, bounds, limit, without)
    samples = _samples(tx, asking, bounds)
    if traits:
        # Where one of the others has few matches, it is walked, and the profiles are only asked for.
        few = any(sample.count < _SAMPLE for _, sample in samples)
        of_profiles = Wish("", (), _has(traits)) if few else _as_wish(tx, traits, bounds)
        if of_profiles is None:
            return []
        asking.append(of_profiles)
        samples += _samples(tx, [of_profiles], bounds)
    walked = _cheapest(tx, samples, bounds, sum(wish.cost for wish in asking))
    questions = [wish.holds for wish in asking if wish is not walked and wish.holds is not None]
    arms: list[Select[Any]] = []
    for one in walked.ranges if walked else (_EVERYTHING,):
        query = _between(one, bounds).where(*(question(one.place) for question in questions))
        arms.append(query.where(one.place.not_in(without)) if without else query)
    return list(tx.execute(_newest(arms).limit(limit)).scalars())


def count(tx: Tx, made: Sequence[Trait | Wish], most: int) -> int:
    """How many places fulfil every wish; more than `most` are not counted."""
    if any(isinstance(wish, Wish) and wish.holds is not None for wish in made):
        return len(places(tx, made, limit=most))
    traits = _traits(made)
    bounds = _bounds([wish for wish in made if isinstance(wish, Wish)], None)
    return _count_alike(tx, traits, bounds, most)


def _traits(made: Iterable[Trait | Wish]) -> list[Trait]:
    traits = [wish for wish in made if isinstance(wish, Trait)]
    return [] if len(traits) == 1 and traits[0].hint else traits  # alone it says nothing that its wish does not


def _bounds(wishes: Iterable[Wish], after: int | None) -> Bounds:
    known = list(wishes)
    low = max((wish.low for wish in known if wish.low is not None), default=None)
    return Bounds(low, min((at for at in (after, *(wish.high for wish in known)) if at is not None), default=None))


def _alike(tx: Tx, traits: Sequence[Trait], bounds: Bounds, limit: int, without: Sequence[int]) -> list[int]:
    """The newest jobs of all profiles that have these traits."""
    where = bounds.within(job_profile.c.place)
    if without:
        where.append(job_profile.c.place.not_in(without))
    newest = select(job_profile).where(*where).order_by(job_profile.c.place.desc())
    if not traits:
        return list(tx.execute(newest.with_only_columns(job_profile.c.place).limit(limit)).scalars())
    some = newest.limit(_NEWEST).subquery()
    common = select(some.c.place).where(some.c.profile.in_(alike(traits))).order_by(some.c.place.desc())
    found = list(tx.execute(common.limit(limit)).scalars())
    if len(found) == limit:
        return found
    found = []
    for id_, head in _heads(tx, traits, bounds, limit):
        if len(found) == limit and head < found[-1]:
            break  # each of the following lists begins where the page is full already
        of = select(job_profile.c.place).where(job_profile.c.profile == id_, *where)
        more = tx.execute(of.order_by(job_profile.c.place.desc()).limit(limit)).scalars()
        found = sorted([*found, *more], reverse=True)[:limit]
    return found


def _heads(tx: Tx, traits: Sequence[Trait], bounds: Bounds, limit: int) -> list[tuple[int, int]]:
    """The profiles with these traits that the newest jobs have, each with the place of its newest."""
    of = (job_profile.c.profile == profile.c.id, *bounds.within(job_profile.c.place))
    head = select(func.max(job_profile.c.place)).where(*of).scalar_subquery()
    heads = alike(traits).add_columns(head.label("head")).subquery()
    newest = select(heads.c.id, heads.c.head).where(heads.c.head.is_not(None)).order_by(heads.c.head.desc())
    return [(row.id, row.head) for row in tx.execute(newest.limit(limit))]


def _count_alike(tx: Tx, traits: Sequence[Trait], bounds: Bounds, most: int) -> int:
    """How many jobs have these traits; more than `most` are not counted."""
    some = _having(traits, bounds).limit(most).subquery()
    return tx.execute(select(func.count()).select_from(some)).scalar_one()


def _having(traits: Sequence[Trait], bounds: Bounds) -> Select[tuple[int]]:
    within = bounds.within(job_profile.c.place)
    return select(job_profile.c.place).where(job_profile.c.profile.in_(alike(traits)), *within)


def _as_wish(tx: Tx, traits: Sequence[Trait], bounds: Bounds) -> Wish | None:
    """What is wished of the profiles, as lists of the jobs that have them; None when no job has."""
    heads = _heads(tx, traits, bounds, _MOST_PROFILES + 1)
    if not heads:
        return None
    few = _count_alike(tx, traits, bounds, _FEW) < _FEW
    ranges: tuple[Range, ...] = ()
    if len(heads) <= _MOST_PROFILES:
        ranges = tuple(_of_profile(job_profile.c.profile == id_) for id_, _ in heads)
    elif few:
        ranges = (_of_profile(job_profile.c.profile.in_(alike(traits))),)
    if not few:
        return Wish("", ranges, _has(traits))
    # Reckoned with, so that these are gathered once from their few pages, and not looked for one by one.
    return Wish("", ranges, lambda place: (place + 0).in_(_having(traits, bounds)))


def _has(traits: Sequence[Trait]) -> Asked:
    has = job_profile.alias("has")
    return lambda place: exists().where(has.c.place == place, has.c.profile.in_(alike(traits)))


def _of_profile(of: ColumnElement[bool]) -> Range:
    return Range(job_profile.c.place, (of,))


def _between(one: Range, bounds: Bounds) -> Select[Any]:
    return select(one.place.label("place")).where(*one.where, *bounds.within(one.place))


def _newest(arms: Sequence[Select[Any]]) -> Select[Any] | CompoundSelect[Any]:
    both: Select[Any] | CompoundSelect[Any] = arms[0] if len(arms) == 1 else union(*arms)
    return both.order_by(both.selected_columns[0].desc())


def _samples(tx: Tx, made: Iterable[Wish], bounds: Bounds) -> list[tuple[Wish, _Sample]]:
    """A sample of each wish that an index lists."""
    return [(wish, _sample(tx, wish, bounds)) for wish in made if 0 < len(wish.ranges) <= _MOST_RANGES]


def _sample(tx: Tx, wish: Wish, bounds: Bounds) -> _Sample:
    next_ = _newest([_between(one, bounds) for one in wish.ranges]).limit(_SAMPLE).subquery()
    number, furthest = tx.execute(select(func.count(), func.min(next_.c.place))).one()
    return _Sample(number, furthest or 0)


def _cheapest(tx: Tx, samples: Sequence[tuple[Wish, _Sample]], bounds: Bounds, cost: float) -> Wish | None:
    """The wish to walk, so that least has to be asked of others; `cost` is that of all. None when none is listed."""
    if len(samples) < 2:
        return samples[0][0] if samples else None
    newest = select(func.max(job_profile.c.place)).where(*bounds.within(job_profile.c.place))
    top = tx.execute(newest).scalar() or 0
    return min(samples, key=lambda one: one[1].density(top) * (cost - one[0].cost))[0]
