"""Users and their sessions, tokens, and how often a password was tried of late. A store has none of them yet."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables; nothing else changes."""
    op.create_table(
        "hub_user",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("role", sa.String(64), nullable=False),
        sa.Column("storefronts", sa.JSON(), nullable=True),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("password_at", sa.BigInteger(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(128), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_hub_user"),
        sa.UniqueConstraint("name", name="uq_hub_user_name"),
    )
    op.create_table(
        "token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("public", sa.String(16), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("role", sa.String(64), nullable=False),
        sa.Column("storefronts", sa.JSON(), nullable=True),
        sa.Column("rights", sa.JSON(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(128), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_token"),
        sa.UniqueConstraint("public", name="uq_token_public"),
    )
    standing = sa.text("revoked_at IS NULL")
    op.create_index("ix_token_name", "token", ["name"], unique=True, sqlite_where=standing, postgresql_where=standing)
    op.create_table(
        "session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("client", sa.String(100), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.UniqueConstraint("secret", name="uq_session_secret"),
    )
    op.create_index("ix_session_user_id", "session", ["user_id"])
    op.create_index("ix_session_until", "session", ["until"])
    op.create_table(
        "login_attempt",
        sa.Column("subject", sa.String(16), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_login_attempt"),
    )
    op.create_index("ix_login_attempt_since", "login_attempt", ["since"])


def downgrade() -> None:
    """Drop the tables: whoever could ask can do so no more."""
    for table in ("login_attempt", "session", "token", "hub_user"):
        op.drop_table(table)
