"""How far each partner was polled."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import insert, select, update

from printhub.core.store.schema import poll
from printhub.core.store.store import Tx


@dataclass(frozen=True, slots=True)
class Poll:
    """Where an instance stands with its partner; `detail` says why the last `failures` asked in vain."""

    instance: str
    cursor: JsonValue = None
    polled_at: datetime | None = None
    failures: int = 0
    detail: str = ""


def get(tx: Tx, instance: str) -> Poll:
    """How far an instance was polled; from the beginning where it never was."""
    row = tx.execute(select(poll).where(poll.c.instance == instance)).first()
    return Poll(row.instance, row.cursor, row.polled_at, row.failures, row.detail) if row else Poll(instance)


def put(tx: Tx, found: Poll) -> None:
    """Write how far it was polled now."""
    values = {name: getattr(found, name) for name in Poll.__dataclass_fields__}
    if tx.execute(update(poll).where(poll.c.instance == found.instance).values(values)).rowcount == 0:
        tx.execute(insert(poll).values(values))
