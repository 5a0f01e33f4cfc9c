"""The files of jobs, one at a time."""

from uuid import UUID

from sqlalchemy import select

from printhub.core.model.known import FileRecord
from printhub.core.store import rows
from printhub.core.store.schema import asset
from printhub.core.store.store import Tx


def get(tx: Tx, id_: UUID) -> FileRecord | None:
    """One file."""
    row = tx.execute(select(asset).where(asset.c.id == id_)).first()
    return rows.file(row) if row else None
