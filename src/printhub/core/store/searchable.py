"""Writes what jobs are found by, in the transaction that changes them; only what differs from before."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, and_, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql

from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.dossier import Dossier
from printhub.core.model.findable import OVERDUE, UNPLANNED, Findable, findable
from printhub.core.model.statuses import JobStatus
from printhub.core.store import people, profiles, words
from printhub.core.store.dialects import in_each
from printhub.core.store.prepared import Prepared
from printhub.core.store.schema import delivery, job_ever, job_profile, job_search, job_work
from printhub.core.store.serial import has_many_writers
from printhub.core.store.store import Tx

TABLES = (job_search, job_profile, job_ever, job_work)
"""What all of it stands in, beside the words and the profiles themselves."""
SHARED = 16
"""Places that each millisecond has; when they are taken, those of the next ones serve."""
_CROWDED = SHARED * 10_000

_first: BindParameter[int] = bindparam("first")
_taken = select(func.max(job_search.c.place) + 1).where(job_search.c.place.between(_first, _first + _CROWDED))
_free = func.coalesce(_taken.scalar_subquery(), _first)
_ADD = Prepared(insert(job_search).values(place=_free).inline())
_put = postgresql.insert(job_search).values(place=_free).on_conflict_do_nothing(index_elements=[job_search.c.place])
_ADD_IF_FREE = Prepared(_put.returning(job_search.c.place))
_LOOKS = 100
"""How often another place is looked for where the one that was found is taken at that moment."""
_MOVE = Prepared(update(job_search).where(job_search.c.job_id == bindparam("the_job")))
_PLACE = select(job_search.c.place).where(job_search.c.job_id == bindparam("the_job")).scalar_subquery()
_ADD_PROFILE = Prepared(insert(job_profile).values(place=_PLACE, profile=bindparam("the_profile")))
_CHANGE_PROFILE = Prepared(
    update(job_profile).where(job_profile.c.place == _PLACE).values(profile=bindparam("the_profile"))
)
_GONE = Prepared(
    delete(job_work).where(
        and_(job_work.c.word == bindparam("the_word"), job_work.c.instance == bindparam("the_instance")),
        job_work.c.place == _PLACE,
    )
)
_COME = Prepared(insert(job_work).values(word=bindparam("the_word"), instance=bindparam("the_instance"), place=_PLACE))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ADD_EVER = Prepared(
    in_each(lambda add: add(job_ever).values(status=bindparam("the_status"), place=_PLACE).on_conflict_do_nothing())
)


def first_place(moment: datetime) -> int:
    """The first place of the moment in which a job became known."""
    return (moment - _EPOCH) // timedelta(milliseconds=1) * SHARED


def of(dossier: Dossier) -> Findable:
    """What a job is to be found by."""
    return findable(dossier.job, dossier.order, dossier.history, dossier.deliveries.values())


def save(tx: Tx, dossiers: Iterable[Dossier]) -> None:
    """Write what jobs are found by now, each statement once for all of them."""
    found = [(dossier, of(dossier)) for dossier in dossiers]
    fresh = [(dossier, now) for dossier, now in found if dossier.findable is None]
    moved = [(dossier, now) for dossier, now in found if dossier.findable is not None and dossier.findable != now]
    if fresh:
        _add(tx, [_place(tx, dossier, now) for dossier, now in fresh])
    elsewhere = [
        (dossier, now) for dossier, now in moved if dossier.findable and dossier.findable.order_id != now.order_id
    ]
    if elsewhere:
        _MOVE.run_all(tx, [{"the_job": dossier.job.id, "order_id": now.order_id} for dossier, now in elsewhere])
    _save_profiles(tx, fresh, moved)
    renamed = [(dossier, now) for dossier, now in moved if _named(dossier.findable) != _named(now)]
    words.put(tx, _words(tx, fresh), new=True)
    words.put(tx, _words(tx, renamed), new=False)
    _save_work(tx, [*fresh, *moved])
    _save_ever(tx, [dossier for dossier, _ in found])
    _save_hints(tx, found)
    for dossier, now in found:
        dossier.findable = now


def forget(tx: Tx, job_ids: Collection[UUID]) -> None:
    """Let jobs that are to go be found no more; while their deliveries are still there."""
    places = list(tx.execute(select(job_search.c.place).where(job_search.c.job_id.in_(job_ids))).scalars())
    instances = list(tx.execute(select(delivery.c.instance).where(delivery.c.job_id.in_(job_ids)).distinct()).scalars())
    words.forget(tx, places)
    tx.execute(delete(job_ever).where(job_ever.c.status.in_(list(JobStatus)), job_ever.c.place.in_(places)))
    work = (
        job_work.c.word.in_([OVERDUE, UNPLANNED, *map(str, DeliveryState)]),
        job_work.c.instance.in_(["", *instances]),
    )
    tx.execute(delete(job_work).where(*work, job_work.c.place.in_(places)))
    for table in (job_profile, job_search):
        tx.execute(delete(table).where(table.c.place.in_(places)))


def _add(tx: Tx, rows: list[dict[str, Any]]) -> None:
    if not has_many_writers(tx):
        _ADD.run_all(tx, rows)
        return
    for row in rows:  # each waits for whoever is about to take the same place, and then sees that it is taken
        if all(_ADD_IF_FREE.scalar(tx, row) is None for _ in range(_LOOKS)):
            _ADD.run(tx, row)


def _save_profiles(tx: Tx, fresh: list[tuple[Dossier, Findable]], moved: list[tuple[Dossier, Findable]]) -> None:
    changed = [
        (dossier, now)
        for dossier, now in moved
        if dossier.findable is not None and profiles.number(dossier.findable) != profiles.number(now)
    ]
    profiles.put(tx, [now for _, now in (*fresh, *changed)])
    for statement, items in ((_ADD_PROFILE, fresh), (_CHANGE_PROFILE, changed)):
        if items:
            statement.run_all(tx, [{"the_job": d.job.id, "the_profile": profiles.number(now)} for d, now in items])


def _save_hints(tx: Tx, found: list[tuple[Dossier, Findable]]) -> None:
    ever: list[tuple[int, JobStatus]] = []
    work: list[tuple[int, tuple[str, str]]] = []
    for dossier, now in found:
        id_, before = profiles.number(now), dossier.findable
        same = before is not None and profiles.number(before) == id_
        ever += [(id_, entry.status) for entry in (dossier.added if same else dossier.history)]
        work += [(id_, item) for item in (now.work - before.work if same and before else now.work)]
    profiles.put_ever(tx, ever)
    profiles.put_work(tx, work)


def _save_work(tx: Tx, moved: list[tuple[Dossier, Findable]]) -> None:
    gone: list[dict[str, Any]] = []
    come: list[dict[str, Any]] = []
    for dossier, now in moved:
        before = dossier.findable.work if dossier.findable else frozenset()
        gone += [_at_work(dossier, item) for item in sorted(before - now.work)]
        come += [_at_work(dossier, item) for item in sorted(now.work - before)]
    if gone:
        _GONE.run_all(tx, gone)
    if come:
        _COME.run_all(tx, come)


def _save_ever(tx: Tx, dossiers: list[Dossier]) -> None:
    rows = [
        {"the_status": status, "the_job": dossier.job.id}
        for dossier in dossiers
        for status in dict.fromkeys(entry.status for entry in dossier.added)
    ]
    if rows:
        _ADD_EVER.run_all(tx, rows)


def _place(tx: Tx, dossier: Dossier, now: Findable) -> dict[str, Any]:
    at = dossier.job.created_at
    # Where many write, two begin to look for a free place at different ones, so that they seldom take the same.
    apart = int(dossier.job.order_id or dossier.job.id) % SHARED if has_many_writers(tx) else 0
    return {"first": first_place(at) + apart, "job_id": dossier.job.id, "order_id": now.order_id, "known_at": at}


def _named(found: Findable | None) -> tuple[object, ...]:
    return (found.ids, found.order_id) if found else ()


def _at_work(dossier: Dossier, item: tuple[str, str]) -> dict[str, Any]:
    word, instance = item
    return {"the_word": word, "the_instance": instance, "the_job": dossier.job.id}


def _words(tx: Tx, items: list[tuple[Dossier, Findable]]) -> list[tuple[UUID, str, str]]:
    who = {d.job.id: d.order.person_id for d, _ in items if d.order is not None and d.order.person_id is not None}
    found = people.some(tx, set(who.values()))
    known = {id_: words.person_words(person) for id_, person in found.items()}
    return [(d.job.id, words.as_words(now.ids), known.get(who.get(d.job.id, d.job.id), "")) for d, now in items]
