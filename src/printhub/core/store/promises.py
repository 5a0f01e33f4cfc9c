"""Addresses of files that partners were promised: while one counts, the file stays where it is."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from printhub.core.store.schema import promise
from printhub.core.store.store import Tx


@dataclass(frozen=True, slots=True)
class Promise:
    """That a file can be fetched `until` then; `delivery_id` is the delivery that handed the address out."""

    id: UUID
    asset_id: UUID
    job_id: UUID
    delivery_id: UUID | None
    made_at: datetime
    until: datetime


_PROMISE = tuple(Promise.__dataclass_fields__)


def make(tx: Tx, made: Promise) -> None:
    """Keep a promise."""
    tx.execute(insert(promise).values({name: getattr(made, name) for name in _PROMISE}))


def keep(tx: Tx, made: Promise) -> UUID:
    """Keep a promise, or prolong the one that the same delivery made of the same file; returns its id."""
    if made.delivery_id is not None:
        same = (promise.c.job_id == made.job_id, promise.c.asset_id == made.asset_id)
        query = select(promise).where(*same, promise.c.delivery_id == made.delivery_id).with_for_update()
        row = tx.execute(query).first()
        if row is not None:
            tx.execute(update(promise).where(promise.c.id == row.id).values(until=max(row.until, made.until)))
            return UUID(str(row.id))
    make(tx, made)
    return made.id


def get(tx: Tx, id_: UUID) -> Promise | None:
    """One promise, whether its time is over or not."""
    row = tx.execute(select(promise).where(promise.c.id == id_)).first()
    return Promise(**{name: getattr(row, name) for name in _PROMISE}) if row else None


def standing(tx: Tx, job_id: UUID, now: datetime) -> list[Promise]:
    """The promises about a job's files whose time is not over."""
    found = tx.execute(select(promise).where(promise.c.job_id == job_id, promise.c.until > now))
    return [Promise(**{name: getattr(row, name) for name in _PROMISE}) for row in found]


def forget(tx: Tx, job_id: UUID) -> None:
    """Let go of all promises about a job's files, which are there no more."""
    tx.execute(delete(promise).where(promise.c.job_id == job_id))
