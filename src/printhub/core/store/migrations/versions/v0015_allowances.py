"""How many text messages a number, and a storefront, may have within a time."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the table; nothing was counted before."""
    op.create_table(
        "allowance",
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_allowance"),
    )
