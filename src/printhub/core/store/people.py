"""Personal data: rows that can be erased without touching anything else."""

from uuid import UUID

from sqlalchemy import insert, select, update

from printhub.core.model.known import Personal
from printhub.core.store.schema import person
from printhub.core.store.store import Tx


def personal(tx: Tx, id_: UUID | None) -> Personal:
    """The personal data of an order; empty when there is none, or none any more."""
    row = tx.execute(select(person.c.data).where(person.c.id == id_, person.c.erased_at.is_(None))).first()
    return Personal.model_validate(row.data) if row else Personal()


def save(tx: Tx, id_: UUID, data: Personal, *, new: bool) -> None:
    """Write personal data."""
    if new:
        tx.execute(insert(person).values(id=id_, data=data.model_dump(mode="json")))
    else:
        tx.execute(update(person).where(person.c.id == id_).values(data=data.model_dump(mode="json")))
