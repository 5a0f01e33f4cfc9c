"""Callbacks of partners as they came, and what was read from them until it is taken in."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from printhub.core.store import events
from printhub.core.store.schema import callback, event, payload
from printhub.core.store.search import Page, page_of
from printhub.core.store.serial import one_at_a_time
from printhub.core.store.store import Tx


@dataclass(frozen=True, slots=True)
class Callback:
    """A callback on record. Without `taken_at` what it said is still to be taken in.

    `times` is how often it came; `again_at` when it came last, if more than once. `signals` is how much was read from
    it. Its body lies in the payload.
    """

    id: UUID
    instance: str
    purpose: str
    digest: str
    received_at: datetime
    signals: int
    payload_id: UUID
    again_at: datetime | None = None
    times: int = 1
    taken_at: datetime | None = None
    read_id: UUID | None = None


_FIELDS = tuple(Callback.__dataclass_fields__)


def keep(tx: Tx, new: Callback, body: bytes, read: Sequence[Any]) -> UUID:
    """Keep a callback that is to be taken in, with what was `read` from it (JSON values); returns its id.

    One that came before is the same one once more: it is taken in again, and counted.
    """
    one_at_a_time(tx, [f"callback/{new.instance}/{new.digest}"])  # the same may come by two connections at once
    here = (callback.c.instance == new.instance, callback.c.digest == new.digest)
    known = tx.execute(select(callback).where(*here).with_for_update()).first()
    said = json.dumps(list(read)).encode()
    if known is None:
        events.keep(tx, new.payload_id, body, new.digest, new.received_at)
        read_id = new.read_id
        if read_id is not None:
            events.keep(tx, read_id, said, new.digest, new.received_at)
        tx.execute(callback.insert().values({name: getattr(new, name) for name in _FIELDS}))
        return new.id
    changed: dict[str, Any] = {"times": known.times + 1, "again_at": new.received_at}
    if known.read_id is None and new.read_id is not None:  # else it waits to be taken in, as it came the first time
        events.keep(tx, new.read_id, said, new.digest, new.received_at)
        changed |= {"read_id": new.read_id, "taken_at": None}
    tx.execute(update(callback).where(callback.c.id == known.id).values(changed))
    return UUID(str(known.id))


def get(tx: Tx, id_: UUID) -> Callback | None:
    """One callback."""
    row = tx.execute(select(callback).where(callback.c.id == id_)).first()
    return _of(row) if row else None


def read_of(tx: Tx, found: Callback) -> list[Any]:
    """What was read from a callback that is still to be taken in."""
    body = events.body(tx, found.read_id) if found.read_id else None
    said: list[Any] = json.loads(body) if body else []
    return said


def taken(tx: Tx, found: Callback, event_ids: Collection[UUID], at: datetime) -> None:
    """It is taken in: these events came of it."""
    if event_ids:
        tx.execute(update(event).where(event.c.id.in_(event_ids)).values(callback_id=found.id))
    here = (callback.c.id == found.id, callback.c.read_id == found.read_id)
    tx.execute(update(callback).where(*here).values(taken_at=at, read_id=None))
    tx.execute(delete(payload).where(payload.c.id == found.read_id))


def listed(
    tx: Tx, *, instance: str | None = None, waiting: bool = False, after: UUID | None = None, limit: int
) -> Page[Callback]:
    """Callbacks, the newest first; those of one instance, or those that are still to be taken in."""
    query = select(callback) if instance is None else select(callback).where(callback.c.instance == instance)
    query = query.where(callback.c.taken_at.is_(None)) if waiting else query
    return page_of(tx, query, callback, after, limit, _of)


def events_of(tx: Tx, id_: UUID) -> list[UUID]:
    """The events that came of a callback; those that it only repeated came of an earlier one."""
    return list(tx.execute(select(event.c.id).where(event.c.callback_id == id_).order_by(event.c.seq)).scalars())


def _of(row: Any) -> Callback:  # noqa: ANN401 - a row of the table
    return Callback(**{name: getattr(row, name) for name in _FIELDS})
