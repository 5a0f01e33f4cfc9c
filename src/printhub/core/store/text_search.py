"""What a text that somebody types may mean: a whole id, the beginning of one, or a piece of a name."""

import contextlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select

from printhub.core.store import words
from printhub.core.store.schema import customer_order, job, job_profile, job_search, reference
from printhub.core.store.store import Tx
from printhub.core.store.wanted import Range, Wish
from printhub.core.store.words import job_words

_MOST = 1000
"""So many ids at the most are looked up one by one."""
_LAST = chr(0x10FFFF)
_COST = 30.0
"""What it takes to read the words of one job, beside what it takes to ask another wish of it."""


@dataclass(frozen=True, slots=True)
class Text:
    """What a text leads to: the places of jobs that it names by a whole id, newest first, and the wish for all."""

    named: tuple[int, ...]
    wish: Wish


def read_text(tx: Tx, text: str, *, ids_only: bool) -> Text:
    """Tell what a text leads to.

    Whole ids are job and order numbers, external references, partners' references, and the hub's own ids of jobs.
    Three letters or more are found anywhere within numbers and the customer's words, and at the beginning of
    partners' references. Fewer letters, and with `ids_only` any, are found at the beginning of ids alone.
    """
    text = text.strip()
    named = _places(tx, _whole(text))
    if len(words.folded(text)) >= words.LEAST and not ids_only:
        listed = {*named, *_places(tx, [_jobs_of_references(_begins(reference.c.reference, text))])}
        within = Range(job_words.c.rowid, (words.matches(tx, text),))
        return Text(named, _wish(listed, (within,), words.holds(tx, text)))
    listed = {*named, *_places(tx, _beginning(text))}
    if len(listed) < _MOST:
        there = _there(listed)
        return Text(named, Wish("text", (there,), lambda place: place.in_(sorted(listed))))
    # So many begin like this that they are not put in order: the index of the words has them in order already.
    listed = {*named, *_places(tx, [_jobs_of_references(_begins(reference.c.reference, text))])}
    beginning = words.matches_beginning(tx, text)
    ranges = (Range(job_words.c.rowid, (beginning,)),) if beginning is not None else ()
    return Text(named, _wish(listed, ranges, words.begins(tx, text)))


def _wish(listed: Collection[int], ranges: tuple[Range, ...], holds: ColumnElement[bool]) -> Wish:
    def found(place: ColumnElement[int]) -> ColumnElement[bool]:
        there = exists().where(job_words.c.rowid == place, holds)
        return or_(there, place.in_(sorted(listed))) if listed else there

    return Wish("text", (*ranges, _there(listed)) if listed and ranges else ranges, found, cost=_COST)


def _there(listed: Collection[int]) -> Range:
    return Range(job_profile.c.place, (job_profile.c.place.in_(sorted(listed)),))


def _whole(text: str) -> Iterator[Select[Any]]:
    yield from _by_ids(lambda column: column == text)
    yield _jobs_of_references(reference.c.reference == text)
    with contextlib.suppress(ValueError):
        yield select(job_search.c.job_id).where(job_search.c.job_id == UUID(text))


def _beginning(text: str) -> Iterator[Select[Any]]:
    yield from _by_ids(lambda column: _begins(column, text))
    yield _jobs_of_references(_begins(reference.c.reference, text))


def _by_ids(holds: Any) -> Iterator[Select[Any]]:  # noqa: ANN401 - from a column to a condition on it
    yield select(job.c.id).where(holds(job.c.number))
    yield select(job.c.id).where(holds(job.c.external_reference))
    orders = select(customer_order.c.id).where(holds(customer_order.c.number)).limit(_MOST)
    yield select(job_search.c.job_id).where(job_search.c.order_id.in_(orders))


def _jobs_of_references(holds: ColumnElement[bool]) -> Select[Any]:
    return select(reference.c.job_id).where(holds, reference.c.job_id.is_not(None))


def _begins(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    return column.between(text, text + _LAST)


def _places(tx: Tx, queries: Any) -> tuple[int, ...]:  # noqa: ANN401 - any number of queries for ids of jobs
    found: set[int] = set()
    for query in queries:
        ids = query.limit(_MOST).scalar_subquery()
        found.update(tx.execute(select(job_search.c.place).where(job_search.c.job_id.in_(ids))).scalars())
        if len(found) >= _MOST:
            break
    return tuple(sorted(found, reverse=True))
