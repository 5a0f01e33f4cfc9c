"""Worker processes and their leases: renewed by the living, so that the work of the dead is found."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update

from printhub.core.store.schema import delivery, worker
from printhub.core.store.store import Tx

Dead = ColumnElement[bool]
"""A condition on deliveries: whose worker is gone."""


def renew(tx: Tx, id_: UUID, host: str, pid: int, now: datetime) -> None:
    """Say that this worker lives."""
    if tx.execute(update(worker).where(worker.c.id == id_).values(renewed_at=now)).rowcount == 0:
        tx.execute(insert(worker).values(id=id_, host=host, pid=pid, renewed_at=now))


def leave(tx: Tx, id_: UUID) -> None:
    """Sign off."""
    tx.execute(delete(worker).where(worker.c.id == id_))


def out_since(moment: datetime, *, besides: UUID) -> Dead:
    """Of a delivery: its worker is unknown, or has not renewed its lease since `moment`.

    `besides` is who asks: it lives, whatever kept it from renewing its lease.
    """
    living = select(worker.c.id).where(worker.c.renewed_at >= moment)
    return and_(delivery.c.worker.not_in(living), delivery.c.worker != besides)


def other_than(id_: UUID) -> Dead:
    """Of a delivery: it is in the hands of somebody else."""
    return or_(delivery.c.worker != id_, delivery.c.worker.is_(None))


def forget_out_since(tx: Tx, moment: datetime, *, besides: UUID) -> None:
    """Strike off workers whose lease ran out, `besides` the one who asks."""
    tx.execute(delete(worker).where(worker.c.renewed_at < moment, worker.c.id != besides))
