"""Opens the store that the configuration names: a SQLite file in the data folder, or a PostgreSQL database."""

from printhub.core.settings import Settings
from printhub.core.store.postgres import PostgresStore
from printhub.core.store.sqlite import SqliteStore
from printhub.core.store.store import OnCommit, Store

DATABASE = "printhub.db"
"""The name of the SQLite file."""


def open_store(
    settings: Settings,
    *,
    busy_seconds: float = 10.0,
    durable: bool = True,
    doubting: bool = False,
    on_commit: OnCommit = lambda _stirring: None,
) -> Store:
    """Open the store, which need not exist yet; `busy_seconds` is how long to wait for a file that is written to."""
    if settings.store.url is not None:
        return PostgresStore(settings.store.url.get_secret_value(), durable=durable, on_commit=on_commit)
    file = settings.hub.data / DATABASE
    return SqliteStore(file, busy_seconds=busy_seconds, durable=durable, doubting=doubting, on_commit=on_commit)
