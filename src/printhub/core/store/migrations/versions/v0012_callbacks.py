"""Callbacks as they came, and how far partners were polled."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the tables; events that came before belong to no callback on record."""
    counted = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "callback",
        sa.Column("seq", counted, autoincrement=True, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(128), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("again_at", sa.BigInteger()),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("signals", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.BigInteger()),
        sa.Column("payload_id", sa.Uuid(), nullable=False),
        sa.Column("read_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("seq", name="pk_callback"),
        sa.UniqueConstraint("id", name="uq_callback_id"),
    )
    op.create_index("ix_callback_digest", "callback", ["instance", "digest"], unique=True)
    waiting = sa.text("taken_at IS NULL")
    op.create_index("ix_callback_waiting", "callback", ["seq"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_table(
        "poll",
        sa.Column("instance", sa.String(64), nullable=False),
        sa.Column("cursor", sa.JSON()),
        sa.Column("polled_at", sa.BigInteger()),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("detail", sa.String(2000), nullable=False),
        sa.PrimaryKeyConstraint("instance", name="pk_poll"),
    )
    op.add_column("event", sa.Column("callback_id", sa.Uuid()))
