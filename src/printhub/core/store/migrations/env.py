"""Run by Alembic for every migration, on the connection that it was handed; there is no alembic.ini."""

from alembic import context

from printhub.core.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter a table in place
)
with context.begin_transaction():
    context.run_migrations()
