"""Drafts the next migration from what the schema has and the migrations lack: `python -m tests.contract.store.draft`.

The body of its `upgrade()` goes to standard output, to be read, corrected, and put into migrations/versions.
"""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import click
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.runtime.migration import MigrationContext
from sqlalchemy import TypeDecorator

from printhub.core.store.schema import metadata
from printhub.core.store.sqlite import SqliteStore
from printhub.core.store.upgrade import upgrade


def draft(*, from_nothing: bool = False) -> str:
    """The steps from the last migration to the present schema, or those that make all of it."""
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "draft.db")
        try:
            if not from_nothing:
                upgrade(store, datetime.now(UTC))
            operations = store.read(lambda tx: produce_migrations(MigrationContext.configure(tx), metadata).upgrade_ops)
        finally:
            store.close()
    assert operations is not None
    return render_python_code(operations, render_as_batch=not from_nothing, render_item=plain_type)


def plain_type(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write a column type of ours as the type that the database has."""
    return f"sa.{item.impl!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


if __name__ == "__main__":
    click.echo(draft())
