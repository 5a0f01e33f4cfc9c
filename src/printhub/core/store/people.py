"""Personal data: rows that can be erased without touching anything else."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update

from printhub.core.model.known import Personal
from printhub.core.store import words
from printhub.core.store.schema import person
from printhub.core.store.store import Tx

_DATA = select(person.c.data).where(person.c.id == bindparam("id"), person.c.erased_at.is_(None))
_ADD = insert(person)


def personal(tx: Tx, id_: UUID | None) -> Personal:
    """The personal data of an order; empty when there is none, or none any more."""
    row = tx.execute(_DATA, {"id": id_}).first()
    return Personal.model_validate(row.data) if row else Personal()


def save(tx: Tx, id_: UUID, data: Personal, *, new: bool) -> None:
    """Write personal data; the jobs of its order are found by it from now on."""
    if new:
        tx.execute(_ADD, {"id": id_, "data": data.model_dump(mode="json")})
    else:
        tx.execute(update(person).where(person.c.id == id_).values(data=data.model_dump(mode="json")))
        words.put_person(tx, id_, words.person_words(data))


def erase(tx: Tx, id_: UUID, at: datetime) -> None:
    """Erase personal data: the row stays, empty, and no job is found by it any more (see also `words.compact`)."""
    tx.execute(update(person).where(person.c.id == id_).values(data={}, erased_at=at))
    words.put_person(tx, id_, "")
