"""How fast calls to an instance may begin."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table; nothing else changes."""
    op.create_table(
        "pace",
        sa.Column("instance", sa.String(64), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("instance", name="pk_pace"),
    )
