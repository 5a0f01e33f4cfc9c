"""Lets transactions that are about the same thing go one after the other, where the thing has no row to lock yet."""

from collections.abc import Collection

from sqlalchemy import text

from printhub.core.store.store import Tx

_LOCK = text(
    "SELECT pg_advisory_xact_lock(hashtextextended(key, 0))"
    " FROM (SELECT unnest(CAST(:keys AS text[])) AS key ORDER BY 1) AS wanted"
)


def one_at_a_time(tx: Tx, keys: Collection[str]) -> None:
    """Wait until no other transaction that named one of these keys is open; from now on others wait for this one.

    A file has one writer, so that nothing is to be done there.
    """
    if keys and has_many_writers(tx):
        tx.execute(_LOCK, {"keys": sorted(keys)})


def has_many_writers(tx: Tx) -> bool:
    """Whether other processes may be writing at this moment."""
    return tx.dialect.name == "postgresql"
