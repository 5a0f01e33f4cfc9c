"""Notes on orders: who wrote them and when; their texts lie in rows that can be erased."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, insert, select

from printhub.core.store import events
from printhub.core.store.schema import note, payload
from printhub.core.store.store import Tx


@dataclass(frozen=True, slots=True)
class NoteRecord:
    """A note on an order; `number` is the id that its author gave it, `text` is None when it was erased."""

    id: UUID
    order_id: UUID
    number: str
    at: datetime
    by: str
    for_customer: bool
    payload_id: UUID
    text: str | None = field(repr=False)


_ROW = tuple(name for name in NoteRecord.__dataclass_fields__ if name != "text")


def add(tx: Tx, found: NoteRecord) -> bool:
    """Keep a note; False when the order has one of that number already."""
    if tx.execute(select(exists().where(note.c.order_id == found.order_id, note.c.number == found.number))).scalar():
        return False
    body = (found.text or "").encode()
    events.keep(tx, found.payload_id, body, hashlib.sha256(body).hexdigest(), found.at)
    tx.execute(insert(note).values({name: getattr(found, name) for name in _ROW}))
    return True


def listed(tx: Tx, order_id: UUID) -> Sequence[NoteRecord]:
    """The notes on an order, oldest first."""
    query = select(note, payload.c.body, payload.c.erased_at).join_from(
        note, payload, note.c.payload_id == payload.c.id, isouter=True
    )
    found = tx.execute(query.where(note.c.order_id == order_id).order_by(note.c.at, note.c.id))
    return [
        NoteRecord(
            **{name: getattr(row, name) for name in _ROW},
            text=None if row.body is None or row.erased_at is not None else row.body.decode(),
        )
        for row in found
    ]
