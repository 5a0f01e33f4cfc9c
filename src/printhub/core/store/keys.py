"""Keys that the hub signs with, made when they are first needed."""

import secrets
from datetime import datetime

from sqlalchemy import select

from printhub.core.store.dialects import in_each
from printhub.core.store.schema import signing_key
from printhub.core.store.store import Tx

_BYTES = 32
_MAKE = in_each(lambda add: add(signing_key).on_conflict_do_nothing())


def key_for(tx: Tx, purpose: str, now: datetime) -> bytes:
    """The key for a purpose, the same for all processes."""
    asked = select(signing_key.c.key).where(signing_key.c.purpose == purpose)
    found = tx.execute(asked).scalar()
    if found is None:
        new = {"purpose": purpose, "key": secrets.token_bytes(_BYTES), "made_at": now}
        tx.execute(_MAKE[tx.dialect.name], new)
        found = tx.execute(asked).scalar_one()  # another process may have been first
    return bytes(found)
