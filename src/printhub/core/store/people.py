"""Personal data: rows that can be erased without touching anything else."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update

from printhub.core.model.known import Personal
from printhub.core.store import words
from printhub.core.store.prepared import Prepared
from printhub.core.store.schema import person
from printhub.core.store.store import Tx

_DATA = Prepared(select(person.c.data).where(person.c.id == bindparam("id"), person.c.erased_at.is_(None)))
_SOME = Prepared(
    select(person.c.id, person.c.data).where(
        person.c.id.in_(bindparam("ids", expanding=True)), person.c.erased_at.is_(None)
    )
)
_ADD = Prepared(insert(person))


def some(tx: Tx, ids: Collection[UUID]) -> dict[UUID, Personal]:
    """The personal data in these rows, but of those that were erased."""
    found = _SOME.rows(tx, {"ids": list(ids)}) if ids else []
    return {row.id: Personal.model_validate(row.data) for row in found}


def personal(tx: Tx, id_: UUID | None) -> Personal:
    """The personal data of an order; empty when there is none, or none any more."""
    row = _DATA.first(tx, {"id": id_})
    return Personal.model_validate(row.data) if row else Personal()


def add(tx: Tx, new: Mapping[UUID, Personal | None]) -> None:
    """Write the personal data of new orders, by the ids of their rows."""
    _ADD.run_all(tx, [{"id": id_, "data": data.model_dump(mode="json")} for id_, data in new.items() if data])


def save(tx: Tx, id_: UUID, data: Personal) -> None:
    """Write personal data anew; the jobs of its order are found by it from now on. What was erased stays empty."""
    row = update(person).where(person.c.id == id_, person.c.erased_at.is_(None))
    if tx.execute(row.values(data=data.model_dump(mode="json"))).rowcount:
        words.put_person(tx, id_, words.person_words(data))


def erase(tx: Tx, id_: UUID, at: datetime) -> None:
    """Erase personal data: the row stays, empty, and no job is found by it any more (see also `words.compact`)."""
    tx.execute(update(person).where(person.c.id == id_).values(data={}, erased_at=at))
    words.put_person(tx, id_, "")
