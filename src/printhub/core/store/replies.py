"""Answers to requests that were made under an idempotency key, kept so that a repeated request is one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from printhub.core.store.dialects import in_each
from printhub.core.store.schema import reply
from printhub.core.store.store import Tx


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered to the request with this fingerprint; without a status it is being carried out."""

    fingerprint: str
    at: datetime
    status: int | None = None
    media_type: str | None = None
    body: bytes = b""


_BEGIN = in_each(lambda add: add(reply).on_conflict_do_nothing().returning(reply.c.key))


def begin(tx: Tx, scope: str, key: str, fresh: Reply, *, dead_before: datetime, old_before: datetime) -> Reply | None:
    """Begin a request under a key of `scope`; returns what is known of an earlier one, None where this is the first.

    What was begun before `dead_before` and never answered is forgotten, and whatever is older than `old_before`.
    """
    tx.execute(delete(reply).where(reply.c.at < old_before))
    here = (reply.c.scope == scope, reply.c.key == key)
    tx.execute(delete(reply).where(*here, reply.c.status.is_(None), reply.c.at < dead_before))
    values = {"scope": scope, "key": key, "fingerprint": fresh.fingerprint, "at": fresh.at, "body": b""}
    if tx.execute(_BEGIN[tx.dialect.name], values).first() is not None:
        return None
    row = tx.execute(select(reply).where(*here)).one()
    return Reply(row.fingerprint, row.at, row.status, row.media_type, row.body)


def answer(tx: Tx, scope: str, key: str, made: Reply) -> None:
    """Keep the answer."""
    here = (reply.c.scope == scope, reply.c.key == key)
    values = {"status": made.status, "media_type": made.media_type, "body": made.body}
    tx.execute(update(reply).where(*here).values(values))


def forget(tx: Tx, scope: str, key: str) -> None:
    """Take back a request that was not carried out, so that it may be made again."""
    tx.execute(delete(reply).where(reply.c.scope == scope, reply.c.key == key))
