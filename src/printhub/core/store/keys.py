"""Keys that the hub signs with, made when they are first needed."""

import secrets
from datetime import datetime

from sqlalchemy import bindparam, select

from printhub.core.store.dialects import in_each
from printhub.core.store.prepared import Prepared
from printhub.core.store.schema import signing_key
from printhub.core.store.store import Tx

_BYTES = 32
_MAKE = in_each(lambda add: add(signing_key).on_conflict_do_nothing())
_KEY = Prepared(select(signing_key.c.key).where(signing_key.c.purpose == bindparam("purpose")))


def key_for(tx: Tx, purpose: str, now: datetime) -> bytes:
    """The key for a purpose, the same for all processes."""
    asked = {"purpose": purpose}
    found = _KEY.scalar(tx, asked)
    if found is None:
        new = {"purpose": purpose, "key": secrets.token_bytes(_BYTES), "made_at": now}
        tx.execute(_MAKE[tx.dialect.name], new)
        found = _KEY.scalar(tx, asked)  # another process may have been first
    return bytes(found)
