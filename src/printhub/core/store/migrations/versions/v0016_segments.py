"""How many segments a provider of text messages took with an attempt."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the column; of earlier attempts nobody counted."""
    op.add_column("attempt", sa.Column("segments", sa.Integer(), nullable=False, server_default="0"))
