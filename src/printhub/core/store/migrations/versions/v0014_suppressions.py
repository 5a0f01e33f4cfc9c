"""Addresses and numbers that nothing more is sent to."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the table; nobody is on the list yet."""
    op.create_table(
        "suppression",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("medium", sa.String(64), nullable=False),
        sa.Column("storefront", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("address", sa.Text()),
        sa.Column("cause", sa.String(64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(128), nullable=False),
        sa.Column("delivery_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("seq", name="pk_suppression"),
        sa.UniqueConstraint("id", name="uq_suppression_id"),
        sa.UniqueConstraint("medium", "storefront", "digest", name="uq_suppression_medium_storefront_digest"),
    )
    op.create_index("ix_suppression_delivery_id", "suppression", ["delivery_id"])
