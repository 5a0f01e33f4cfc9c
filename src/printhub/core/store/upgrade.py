"""Brings a store to the version that this program works with: all steps in one transaction, or none."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from printhub.core.store.revision import HEAD, revision_of
from printhub.core.store.store import Store


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What an upgrade did: `before` is None for a store that is new, and `backup` where no copy was made of it."""

    before: str | None
    after: str
    backup: Path | None = None

    @property
    def changed(self) -> bool:
        """Whether anything was to be done."""
        return self.before != self.after


def upgrade(store: Store, now: datetime, *, steps: Path | None = None) -> Upgraded:
    """Make the store, or bring it to the present version; a copy of what was in a file is kept beside it.

    Makes the data folder where it is missing. `steps` is a folder of migrations instead of ours. Raises
    StoreUnavailable; the store is then as it was.
    """
    before = revision_of(store)
    if before == HEAD and steps is None:
        return Upgraded(before, HEAD)
    with store.alone():
        backup = store.copy_aside(before, now) if before else None
        store.migrate(_migration(steps))
    return Upgraded(before, HEAD, backup)


def migrate_copy(store: Store) -> None:
    """Bring a copy, which can be taken again, to the present version; raises StoreUnavailable."""
    if revision_of(store) != HEAD:
        store.migrate(_migration(None))


def config(steps: Path | None = None) -> Config:
    """Tell Alembic where the migrations are, without a file."""
    made = Config()
    made.set_main_option("path_separator", "os")
    made.set_main_option("script_location", str(steps or "printhub.core.store:migrations").replace("%", "%%"))
    return made


def _migration(steps: Path | None) -> Callable[[Connection], None]:
    def run(connection: Connection) -> None:
        settings = config(steps)
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")

    return run
