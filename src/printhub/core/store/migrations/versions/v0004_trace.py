"""The trace that an event belongs to. What is there has none: it was not kept until now."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column; nothing else changes."""
    op.add_column("event", sa.Column("traceparent", sa.String(55), nullable=True))
