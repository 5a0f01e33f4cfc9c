"""Which version a store has, and whether this program can work with it."""

from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from printhub.core.model.errors import StoreUnavailable
from printhub.core.store.store import Store, Tx

REVISIONS: tuple[str, ...] = (
    *("0001", "0002", "0003", "0004", "0005", "0006"),
    *("0008", "0011", "0012", "0013", "0014", "0015", "0016"),
)
"""All versions that a store can have, oldest first; this program works with the last one."""
HEAD = REVISIONS[-1]

_MEND = "run `printhub db upgrade`"


def revision_of(store: Store, known: tuple[str, ...] = REVISIONS) -> str | None:
    """Tell the store's version; None where there is nothing yet, neither file nor tables.

    Asks only, and makes no file. Raises StoreUnavailable for a file that cannot be read, that holds something else,
    or that a newer program has made.
    """
    if not store.exists():
        return None
    try:
        found, tables = store.read(_read)
    except DatabaseError as error:
        raise StoreUnavailable(f"{store.name} is no store of PrintHub: {error.orig}; move it away") from error
    if found is None and tables:
        raise StoreUnavailable(f"{store.name} was not made by `printhub db upgrade`, which cannot work on it")
    if found is not None and found not in known:
        raise StoreUnavailable(
            f"the store {store.name} has version {found}, and this program knows none after {known[-1]}: "
            "install the PrintHub that upgraded it"
        )
    return found


def require_current(store: Store, known: tuple[str, ...] = REVISIONS) -> None:
    """Raise StoreUnavailable, saying what to do, unless this program can work with the store as it is."""
    found = revision_of(store, known)
    if found is None:
        raise StoreUnavailable(f"there is no store at {store.name} yet; {_MEND}")
    if found != known[-1]:
        raise StoreUnavailable(f"the store {store.name} has version {found}, and {known[-1]} is needed; {_MEND}")


def require_writable(store: Store) -> None:
    """Raise StoreUnavailable unless the store has the present version and takes a write to the disk now."""
    require_current(store)
    store.write(lambda tx: tx.execute(text("UPDATE alembic_version SET version_num = version_num")))


def _read(tx: Tx) -> tuple[str | None, bool]:
    tables = set(inspect(tx).get_table_names())
    if "alembic_version" not in tables:
        return None, bool(tables)
    return tx.execute(text("SELECT version_num FROM alembic_version")).scalar(), True
