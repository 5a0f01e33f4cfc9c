"""The feed of changes."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables; places are given when the feed is first read."""
    counted = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "feed",
        sa.Column("place", counted, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("storefront", sa.String(64), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("place", name="pk_feed"),
        sa.UniqueConstraint("kind", "seq", name="uq_feed_kind_seq"),
    )
    op.create_index("ix_feed_storefront", "feed", ["storefront", "place"])
    op.create_table(
        "feed_mark",
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("settled", sa.BigInteger(), nullable=False),
        sa.Column("reached", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name="pk_feed_mark"),
    )
