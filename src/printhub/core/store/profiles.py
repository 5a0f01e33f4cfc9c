"""Profiles: what many jobs have in common is written once, under a number that follows from it alone.

So a job's profile is known without looking it up, and two that write the same one at once do not hold up each other.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, Table, bindparam, select

from printhub.core.model.findable import Findable
from printhub.core.model.statuses import JobStatus
from printhub.core.store.dialects import in_each
from printhub.core.store.prepared import Prepared
from printhub.core.store.schema import profile, profile_ever, profile_work
from printhub.core.store.store import Tx

_NAMES = tuple(column.name for column in profile.c if column.name != "id")
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_KNOWN = Prepared(select(profile.c.id).where(profile.c.id.in_(_IDS)))
_ADD = {
    table.name: Prepared(in_each(lambda add, table=table: add(table).on_conflict_do_nothing()))  # type: ignore[misc] # the default binds the table
    for table in (profile, profile_ever, profile_work)
}


def number(found: Findable) -> int:
    """The number of the profile of a job: 63 bits of a hash of all that it says."""
    instances = sorted({instance for _, instance in found.work if instance})
    written = json.dumps([*_row(found).values(), *instances]).encode()
    return int.from_bytes(hashlib.sha256(written).digest()[:8], "big") >> 1


def put(tx: Tx, profiles: Iterable[Findable]) -> None:
    """Write those of these profiles that are not there yet."""
    made = {number(found): found for found in profiles}
    there = {row.id for row in _KNOWN.rows(tx, {"ids": sorted(made)})} if made else set()
    _add(tx, profile, ({"id": id_} | _row(found) for id_, found in sorted(made.items()) if id_ not in there))


def put_ever(tx: Tx, had: Iterable[tuple[int, JobStatus]]) -> None:
    """Note that jobs of these profiles had these statuses."""
    _add(tx, profile_ever, ({"profile": id_, "status": status} for id_, status in sorted(set(had))))


def put_work(tx: Tx, found: Iterable[tuple[int, tuple[str, str]]]) -> None:
    """Note that jobs of these profiles have such work: (word, instance)."""
    rows = ({"profile": id_, "word": word, "instance": instance} for id_, (word, instance) in sorted(set(found)))
    _add(tx, profile_work, rows)


def _add(tx: Tx, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    if made := list(rows):
        _ADD[table.name].run_all(tx, made)


def _row(found: Findable) -> dict[str, Any]:
    return {name: getattr(found, name) for name in _NAMES}
