"""The files of jobs, one at a time."""

from uuid import UUID

from sqlalchemy import exists, false, literal, select

from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.known import FileRecord, FileState
from printhub.core.store import rows
from printhub.core.store.schema import asset, delivery
from printhub.core.store.store import Tx


def get(tx: Tx, id_: UUID) -> FileRecord | None:
    """One file."""
    row = tx.execute(select(asset).where(asset.c.id == id_)).first()
    return rows.file(row) if row else None


def jobs_held_by_failed(tx: Tx, limit: int) -> list[UUID]:
    """Jobs with files that could not be fetched, and with deliveries that something holds."""
    held = exists().where(delivery.c.job_id == asset.c.job_id, delivery.c.state == DeliveryState.HELD)
    failed = asset.c.state == literal(FileState.FAILED, asset.c.state.type, literal_execute=True)
    query = select(asset.c.job_id).where(failed, asset.c.superseded == false(), held)
    return list(tx.execute(query.distinct().limit(limit)).scalars())
