"""What operators need: acts that can be undone, bulk acts, notes, promised files, and deliveries that are overdue."""

from urllib.parse import urlsplit
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_counted = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BATCH = 1000


def upgrade() -> None:
    """Add columns and tables; what is there stays."""
    op.add_column("asset", sa.Column("by", sa.String(128), nullable=False, server_default=""))
    op.add_column("delivery", sa.Column("rule", sa.String(300), nullable=False, server_default=""))
    op.add_column("delivery", sa.Column("since", sa.BigInteger(), nullable=True))
    op.add_column("delivery", sa.Column("sign_due_at", sa.BigInteger(), nullable=True))
    op.add_column("delivery", sa.Column("overdue_since", sa.BigInteger(), nullable=True))
    op.add_column("delivery", sa.Column("doubted", sa.Boolean(), nullable=False, server_default=sa.false()))
    _partial("ix_delivery_overdue", "delivery", ["overdue_since"], "overdue_since IS NOT NULL")
    _partial("ix_delivery_sign", "delivery", ["instance", "storefront"], "sign_due_at IS NOT NULL")
    _partial("ix_delivery_failed", "delivery", ["fingerprint", "seq"], "state = 'failed'")
    failures = ["instance", "verb", "fingerprint", "storefront", "subject", "run", "since", "job_id", "seq"]
    _partial("ix_delivery_failures", "delivery", failures, "state = 'failed'")
    _partial("ix_asset_failed", "asset", ["id"], "state = 'failed'")
    op.create_index("ix_quarantine_received_at", "quarantine", ["received_at"])
    op.create_index("ix_quarantine_source_id", "quarantine", ["source_id", "seq"])
    op.create_index("ix_timer_kind", "timer", ["kind", "due_at", "subject"])
    op.add_column("instance", sa.Column("counted_from", sa.BigInteger(), nullable=True))
    op.add_column("timer", sa.Column("host", sa.String(255), nullable=False, server_default=""))
    if not op.get_context().as_sql:  # where statements are only being shown there are no rows
        _fill_hosts(op.get_bind())
    _partial("ix_timer_host", "timer", ["kind", "host", "due_at", "subject"], "kind = 'fetch'")
    op.add_column("operator_act", sa.Column("facts", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("operator_act", sa.Column("undoes", sa.Uuid(), nullable=True))
    op.create_index("ix_operator_act_subject", "operator_act", ["subject", "seq"])
    op.create_index("ix_reference_delivery_id", "reference", ["delivery_id"])
    op.create_index("ix_operator_act_undoes", "operator_act", ["undoes"], unique=True)
    op.create_table(
        "promise",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_promise"),
    )
    op.create_index("ix_promise_job_id", "promise", ["job_id"])
    op.create_table(
        "note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(128), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(128), nullable=False),
        sa.Column("for_customer", sa.Boolean(), nullable=False),
        sa.Column("payload_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_note"),
        sa.UniqueConstraint("order_id", "number", name="uq_note_order_id_number"),
    )
    op.create_table(
        "bulk_act",
        sa.Column("seq", _counted, autoincrement=True, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(128), nullable=False),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name="pk_bulk_act"),
        sa.UniqueConstraint("id", name="uq_bulk_act_id"),
    )
    op.create_index("ix_bulk_act_state", "bulk_act", ["state", "seq"])
    op.create_table(
        "bulk_item",
        sa.Column("bulk_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("was", sa.String(64), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("bulk_id", "place", name="pk_bulk_item"),
    )
    op.create_index("ix_bulk_item_delivery_id", "bulk_item", ["delivery_id"])
    op.create_index("ix_bulk_item_state", "bulk_item", ["bulk_id", "state", "place"])
    op.create_table(
        "hub",
        sa.Column("seq", _counted, autoincrement=True, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("backup_taken_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name="pk_hub"),
        sa.UniqueConstraint("id", name="uq_hub_id"),
    )


def _fill_hosts(connection: sa.Connection) -> None:
    timer = sa.table("timer", sa.column("kind"), sa.column("subject"), sa.column("host"))
    asset = sa.table("asset", sa.column("id", sa.Uuid()), sa.column("url"))
    fetch, after = timer.c.kind == "fetch", ""
    waiting = sa.select(timer.c.subject).where(fetch).order_by(timer.c.subject).limit(_BATCH)
    put = sa.update(timer).where(fetch, timer.c.subject == sa.bindparam("file")).values(host=sa.bindparam("at"))
    while files := connection.execute(waiting.where(timer.c.subject > after)).scalars().all():
        urls = connection.execute(sa.select(asset).where(asset.c.id.in_([UUID(file) for file in files])))
        if hosts := [{"file": str(row.id), "at": _host_of(row.url)} for row in urls]:
            connection.execute(put, hosts)
        after = files[-1]


def _host_of(url: str) -> str:
    # As it was read when this was written: what a migration does must not change with the program.
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    return (host or "localhost")[:255]


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
