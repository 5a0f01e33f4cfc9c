"""Answers to requests under an idempotency key."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0008"


def upgrade() -> None:
    """Make the table; nothing else changes."""
    op.create_table(
        "reply",
        sa.Column("scope", sa.String(64), nullable=False),
        sa.Column("key", sa.String(255).with_variant(sa.String(255, collation="C"), "postgresql"), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("media_type", sa.String(128)),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name="pk_reply"),
    )
    op.create_index("ix_reply_at", "reply", ["at"])
