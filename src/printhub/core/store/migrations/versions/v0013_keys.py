"""Keys that the hub signs with."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the table; a key is made when it is first needed. Promises are found by what was promised to whom."""
    op.create_table(
        "signing_key",
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("purpose", name="pk_signing_key"),
    )
