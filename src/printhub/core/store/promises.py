"""Addresses of files that partners were promised: while one counts, the file stays where it is."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select

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


def standing(tx: Tx, job_id: UUID, now: datetime) -> list[Promise]:
    """The promises about a job's files whose time is not over."""
    found = tx.execute(select(promise).where(promise.c.job_id == job_id, promise.c.until > now))
    return [Promise(**{name: getattr(row, name) for name in _PROMISE}) for row in found]


def forget(tx: Tx, job_id: UUID) -> None:
    """Let go of all promises about a job's files, which are there no more."""
    tx.execute(delete(promise).where(promise.c.job_id == job_id))
