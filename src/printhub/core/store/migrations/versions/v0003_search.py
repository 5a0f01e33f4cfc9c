"""What jobs are found by and what events are about, filled from what is there; and indexes for what is often asked.

It uses nothing of the program itself, so that what it writes stays the same whatever becomes of that.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_counted = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BATCH = 1000


def upgrade() -> None:
    """Make tables and indexes, let every job be found, and note what each event is about."""
    _tables()
    for name in ("order_number", "job_number"):
        op.add_column("event", sa.Column(name, sa.String(128), nullable=True))
    _indexes()
    for statement in _WORDS[op.get_context().dialect.name]:
        op.execute(statement)
    if op.get_context().as_sql:
        return  # statements are only being shown: there are no rows
    if op.get_bind().dialect.name == "sqlite":
        for statement in _ABOUT:
            op.execute(statement)
    else:
        _note_subjects(op.get_bind())
    for statement in _FILL:
        op.execute(statement)
    _fill_profiles(op.get_bind())
    _fill_words(op.get_bind())


def _tables() -> None:
    op.create_table(
        "job_search",
        sa.Column("place", _counted, autoincrement=False, nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("place", name="pk_job_search"),
        sa.UniqueConstraint("job_id", name="uq_job_search_job_id"),
    )
    op.create_table(
        "profile",
        sa.Column("id", _counted, autoincrement=False, nullable=False),
        sa.Column("storefront", sa.String(64), nullable=False),
        sa.Column("product_type", sa.String(64), nullable=False),
        sa.Column("mode", sa.String(64), nullable=False),
        sa.Column("status", sa.String(64), nullable=True),
        sa.Column("blocker", sa.String(64), nullable=False),
        sa.Column("order_status", sa.String(64), nullable=True),
        sa.Column("payment_status", sa.String(64), nullable=True),
        sa.Column("unapproved", sa.Boolean(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_profile"),
    )
    op.create_table(
        "profile_ever",
        sa.Column("status", sa.String(64), nullable=False),
        sa.Column("profile", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("status", "profile", name="pk_profile_ever"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "profile_work",
        sa.Column("instance", sa.String(64), nullable=False),
        sa.Column("word", sa.String(16), nullable=False),
        sa.Column("profile", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("instance", "word", "profile", name="pk_profile_work"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "job_profile",
        sa.Column("place", _counted, autoincrement=False, nullable=False),
        sa.Column("profile", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("place", name="pk_job_profile"),
    )
    op.create_table(
        "job_ever",
        sa.Column("status", sa.String(64), nullable=False),
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("status", "place", name="pk_job_ever"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "job_work",
        sa.Column("word", sa.String(16), nullable=False),
        sa.Column("instance", sa.String(64), nullable=False),
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("word", "instance", "place", name="pk_job_work"),
        sqlite_with_rowid=False,
    )


def _indexes() -> None:
    op.create_index("ix_job_search_order_id", "job_search", ["order_id"])
    op.create_index("ix_job_profile_profile", "job_profile", ["profile", "place"])
    op.create_index("ix_customer_order_number", "customer_order", ["number"])
    op.create_index("ix_customer_order_person_id", "customer_order", ["person_id"])
    op.create_index("ix_job_number", "job", ["number"])
    _partial("ix_event_order", "event", ["storefront", "order_number"], "order_number IS NOT NULL")
    _partial("ix_event_job", "event", ["storefront", "job_number"], "job_number IS NOT NULL")
    op.create_index("ix_reference_reference", "reference", ["reference"])
    _partial("ix_asset_failed_job", "asset", ["job_id"], "state = 'failed'")
    op.drop_index("ix_timer_due_at", "timer")
    for name in ("ix_delivery_ready", "ix_delivery_unannounced", "ix_delivery_asking"):
        op.drop_index(name, "delivery")
    op.create_index("ix_delivery_instance", "delivery", ["instance", "state", "seq"])
    _partial("ix_delivery_ready", "delivery", ["instance", "state", "storefront", "seq", "lane"], "state = 'ready'")
    _partial("ix_delivery_unannounced", "delivery", ["state", "announced_at", "seq"], "state = 'ready'")
    _partial("ix_delivery_held", "delivery", ["state", "job_id"], "state = 'held'")
    _partial("ix_delivery_asking", "delivery", ["instance", "storefront", "seq"], "asking = 1", "asking")
    _partial("ix_delivery_ready_lane", "delivery", ["lane", "state", "seq"], "state = 'ready'")
    _partial("ix_delivery_unasked", "delivery", ["asking", "announced_at", "seq"], "asking = 1", "asking")
    _partial("ix_delivery_worker", "delivery", ["worker"], "worker IS NOT NULL")
    _partial("ix_delivery_patience", "delivery", ["instance"], "give_up_at IS NOT NULL")


def _partial(name: str, table: str, columns: list[str], where: str, postgresql: str | None = None) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(postgresql or where))


_WORDS = {
    "sqlite": (
        "CREATE VIRTUAL TABLE job_words USING fts5(ids, person, tokenize = 'trigram')",
        "INSERT INTO job_words (job_words, rank) VALUES ('automerge', 8)",
    ),
    "postgresql": (
        "CREATE EXTENSION IF NOT EXISTS pg_trgm",
        "CREATE TABLE IF NOT EXISTS job_words (rowid BIGINT PRIMARY KEY, ids TEXT NOT NULL, person TEXT NOT NULL)",
        "CREATE INDEX IF NOT EXISTS ix_job_words_ids ON job_words USING gin (ids gin_trgm_ops)",
        "CREATE INDEX IF NOT EXISTS ix_job_words_person ON job_words USING gin (person gin_trgm_ops)",
    ),
}
# Places as `searchable` gives them: the moment in milliseconds times 16, or the next one that is free.
_FILL = (
    """
    INSERT INTO job_search (place, job_id, order_id, known_at)
    SELECT n + max(first - n) OVER (ORDER BY n), id, order_id, created_at
    FROM (
        SELECT id, order_id, created_at, row_number() OVER (ORDER BY created_at, id) AS n,
            created_at / 1000 * 16 AS first
        FROM job
    ) AS known
    """,
    """
    INSERT INTO job_ever (status, place)
    SELECT DISTINCT c.status, s.place FROM status_change c JOIN job_search s ON s.job_id = c.job_id
    """,
    """
    INSERT INTO job_work (word, instance, place)
    SELECT DISTINCT d.state, d.instance, s.place FROM delivery d JOIN job_search s ON s.job_id = d.job_id
    WHERE NOT EXISTS (SELECT 1 FROM delivery newer WHERE newer.storefront = d.storefront
        AND newer.instance = d.instance AND newer.verb = d.verb AND newer.subject = d.subject AND newer.run > d.run)
    """,
    """
    INSERT INTO job_work (word, instance, place)
    SELECT 'unplanned', '', s.place FROM job j JOIN job_search s ON s.job_id = j.id
    LEFT JOIN customer_order o ON o.id = j.order_id
    WHERE j.ordered AND j.delivered AND NOT j.cancelled AND NOT coalesce(o.cancelled OR o.deleted, FALSE)
        AND coalesce(j.status, '') NOT IN ('Shipped', 'CleanUp', 'JobDataDeleted')
        AND coalesce(o.status, '') NOT IN ('Shipped', 'Complete', 'Cancelled')
        AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.job_id = j.id AND d.kind <> 'status')
    """,
    """
    INSERT INTO job_work (word, instance, place)
    SELECT DISTINCT 'overdue', d.instance, s.place FROM delivery d JOIN job_search s ON s.job_id = d.job_id
    WHERE d.overdue_since IS NOT NULL AND d.state NOT IN ('done', 'failed', 'cancelled', 'skipped', 'obsolete')
    """,
)
# First what storefronts and the hub itself stated, by what it names; then what partners did, by what it led to.
_ABOUT = (
    """
    WITH said AS (
        SELECT event.seq, CAST(payload.body AS TEXT) AS body FROM event JOIN payload ON payload.id = event.payload_id
        WHERE event.storefront IS NOT NULL AND json_valid(CAST(payload.body AS TEXT))
    ), named AS MATERIALIZED (
        SELECT seq,
            CASE json_type(body, '$.data.order') WHEN 'text' THEN json_extract(body, '$.data.order')
                WHEN 'object' THEN json_extract(body, '$.data.order.id') END AS of_order,
            CASE json_type(body, '$.data.job') WHEN 'text' THEN json_extract(body, '$.data.job')
                WHEN 'object' THEN json_extract(body, '$.data.job.id') END AS of_job
        FROM said
    ), fit AS (
        SELECT seq,
            CASE WHEN typeof(of_order) = 'text' AND length(of_order) BETWEEN 1 AND 128 THEN of_order END AS of_order,
            CASE WHEN typeof(of_job) = 'text' AND length(of_job) BETWEEN 1 AND 128 THEN of_job END AS of_job
        FROM named
    )
    UPDATE event SET order_number = of_order, job_number = CASE WHEN of_order IS NULL THEN of_job END
    FROM fit WHERE event.seq = fit.seq AND coalesce(of_order, of_job) IS NOT NULL
    """,
    """
    UPDATE event SET storefront = job.storefront, job_number = job.number
    FROM status_change JOIN job ON job.id = status_change.job_id
    WHERE event.id = status_change.event_id AND event.storefront IS NULL
    """,
    """
    WITH said AS (
        SELECT event.seq, CAST(payload.body AS TEXT) AS body FROM event JOIN payload ON payload.id = event.payload_id
        WHERE event.storefront IS NULL AND event.source LIKE 'urn:printhub:instance:%'
            AND json_valid(CAST(payload.body AS TEXT))
    ), named AS MATERIALIZED (
        SELECT seq,
            json_extract(body, '$.data.instance') AS instance,
            json_extract(body, '$.data.reference') AS reference,
            replace(substr(json_extract(body, '$.data.key'), 1, 36), '-', '') AS key,
            json_extract(body, '$.data.job') AS number
        FROM said
    ), led AS (
        SELECT seq, coalesce(
            (SELECT d.job_id FROM delivery d WHERE d.id = named.key AND d.instance = named.instance),
            (SELECT r.job_id FROM reference r
                WHERE r.instance = named.instance AND r.reference = named.reference),
            (SELECT CASE WHEN count(*) = 1 THEN min(j.id) END FROM job j WHERE j.number = named.number
                AND EXISTS (SELECT 1 FROM delivery d WHERE d.job_id = j.id AND +d.instance = named.instance))
        ) AS job_id
        FROM named
    )
    UPDATE event SET storefront = job.storefront, job_number = job.number
    FROM led JOIN job ON job.id = led.job_id WHERE event.seq = led.seq
    """,
)
_LONGEST = 128
_BODIES = """
    SELECT event.seq, event.storefront, payload.body FROM event JOIN payload ON payload.id = event.payload_id
    WHERE event.seq > :after ORDER BY event.seq LIMIT :batch
"""
_WORDS_OF_PARTNERS = """
    SELECT event.seq, payload.body FROM event JOIN payload ON payload.id = event.payload_id
    WHERE event.seq > :after AND event.storefront IS NULL AND event.source LIKE 'urn:printhub:instance:%'
    ORDER BY event.seq LIMIT :batch
"""
_SET_ABOUT = "UPDATE event SET order_number = :of_order, job_number = :of_job WHERE seq = :seq"
_SET_LED = r"""
    UPDATE event SET storefront = job.storefront, job_number = job.number FROM job
    WHERE event.seq = :seq AND job.id = coalesce(
        (SELECT d.job_id FROM delivery d WHERE d.id = CAST(:key AS uuid) AND d.instance = CAST(:instance AS text)),
        (SELECT r.job_id FROM reference r
            WHERE r.instance = CAST(:instance AS text) AND r.reference = CAST(:reference AS text)),
        (SELECT CASE WHEN count(*) = 1 THEN min(CAST(j.id AS text)) END FROM job j
            WHERE j.number = CAST(:number AS text) AND EXISTS (SELECT 1 FROM delivery d
                WHERE d.job_id = j.id AND d.instance || '' = CAST(:instance AS text)))\:\:uuid
    )
"""
_ALIKE = """
    SELECT s.place, job.storefront, job.product_type, job.mode, job.status,
        CASE WHEN job.blocked THEN 'blocked'
             WHEN EXISTS (SELECT 1 FROM status_change c WHERE c.job_id = job.id AND c.status = 'Blocked')
             THEN 'released' ELSE 'never' END AS blocker,
        o.status AS order_status, o.payment_status,
        job.approval IN ('awaiting', 'rejected') OR (job.approval <> 'approved' AND coalesce(o.approval, '')
            IN ('awaiting', 'partially_approved', 'rejected')) AS unapproved,
        job.cancelled OR coalesce(o.cancelled, job.cancelled) AS cancelled,
        coalesce(o.deleted, job.cancelled AND NOT job.cancelled) AS deleted
    FROM job_search s JOIN job ON job.id = s.job_id LEFT JOIN customer_order o ON o.id = job.order_id
    WHERE s.place > :after ORDER BY s.place LIMIT :batch
"""
_AT = """
    SELECT DISTINCT s.place, d.instance FROM job_search s JOIN delivery d ON d.job_id = s.job_id
    WHERE s.place > :after AND s.place <= :last
"""
_HINTS = (
    """
    INSERT INTO profile_ever (status, profile)
    SELECT DISTINCT e.status, p.profile FROM job_ever e JOIN job_profile p ON p.place = e.place
    """,
    """
    INSERT INTO profile_work (instance, word, profile)
    SELECT DISTINCT w.instance, w.word, p.profile FROM job_work w JOIN job_profile p ON p.place = w.place
    """,
)
_JOB_PROFILE = sa.table("job_profile", sa.column("place"), sa.column("profile"))
_PROFILE = sa.table(
    "profile",
    *map(sa.column, "id storefront product_type mode status blocker order_status payment_status".split()),
    *map(sa.column, ("unapproved", "cancelled", "deleted")),
)
_NAMES = """
    SELECT s.place, job.number, o.number AS order_number, job.external_reference, person.data
    FROM job_search s JOIN job ON job.id = s.job_id LEFT JOIN customer_order o ON o.id = job.order_id
    LEFT JOIN person ON person.id = o.person_id AND person.erased_at IS NULL
    WHERE s.place > :after ORDER BY s.place LIMIT :batch
"""


def _note_subjects(connection: sa.Connection) -> None:
    """The same where the database cannot tell whether a body is JSON before it reads it: row by row."""
    after = 0
    while found := connection.execute(sa.text(_BODIES), {"after": after, "batch": _BATCH}).all():
        for row in found:
            order, job = _named(_data_of(row.body)) if row.storefront is not None else (None, None)
            if order or job:
                about = {"seq": row.seq, "of_order": order, "of_job": None if order else job}
                connection.execute(sa.text(_SET_ABOUT), about)
        after = found[-1].seq
    connection.execute(sa.text(_ABOUT[1]))
    after = 0
    while found := connection.execute(sa.text(_WORDS_OF_PARTNERS), {"after": after, "batch": _BATCH}).all():
        for row in found:
            led = {"seq": row.seq, **_led_by(_data_of(row.body))}
            connection.execute(sa.text(_SET_LED), led)
        after = found[-1].seq


def _data_of(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body)["data"]
    except (ValueError, TypeError, KeyError):
        return {}
    return data if isinstance(data, dict) else {}


def _named(data: dict[str, Any]) -> tuple[str | None, str | None]:
    found = []
    for name in ("order", "job"):
        value = data.get(name)
        value = value.get("id") if isinstance(value, dict) else value
        found.append(value if isinstance(value, str) and 1 <= len(value) <= _LONGEST else None)
    return found[0], found[1]


def _led_by(data: dict[str, Any]) -> dict[str, Any]:
    texts = {name: data.get(name) if isinstance(data.get(name), str) else None for name in ("instance", "reference")}
    number = data.get("job") if isinstance(data.get("job"), str) else None
    try:
        key = UUID(str(data.get("key"))[:36])
    except ValueError:
        key = None
    return {**texts, "number": number, "key": key}


def _fill_profiles(connection: sa.Connection) -> None:
    known: set[int] = set()
    after = 0
    while found := connection.execute(sa.text(_ALIKE), {"after": after, "batch": _BATCH}).all():
        instances: dict[int, list[str]] = {row.place: [] for row in found}
        for row in connection.execute(sa.text(_AT), {"after": after, "last": found[-1].place}):
            instances[row.place].append(row.instance)
        rows = []
        for place, *said in found:
            made = [*said[:-3], *map(bool, said[-3:])]
            id_ = _number([*made, *sorted(instances[place])])
            rows.append({"place": place, "profile": id_})
            if id_ not in known:
                known.add(id_)
                connection.execute(sa.insert(_PROFILE), dict(zip(_PROFILE.c.keys(), [id_, *made], strict=True)))
        connection.execute(sa.insert(_JOB_PROFILE), rows)
        after = found[-1].place
    for statement in _HINTS:
        connection.execute(sa.text(statement))


def _number(said: list[object]) -> int:
    return int.from_bytes(hashlib.sha256(json.dumps(said).encode()).digest()[:8], "big") >> 1


def _fill_words(connection: sa.Connection) -> None:
    after = 0
    while found := connection.execute(sa.text(_NAMES), {"after": after, "batch": _BATCH}).all():
        rows = [{"place": row.place, "ids": _ids(row), "person": _person(row.data)} for row in found]
        put = sa.text("INSERT INTO job_words (rowid, ids, person) VALUES (:place, :ids, :person)")
        connection.execute(put, rows)
        after = found[-1].place


def _ids(row: sa.Row[Any]) -> str:
    return _as_words((row.number, row.order_number, row.external_reference))


def _person(data: str | dict[str, Any] | None) -> str:
    who = (json.loads(data) if isinstance(data, str) else data or {}).get("customer") or {}
    phone = who.get("phone") or ""
    digits = "".join(letter for letter in phone if letter.isdecimal())
    return _as_words((*(who.get(name) for name in ("user_name", "name", "email", "company")), phone, digits))


def _as_words(words: Iterable[str | None]) -> str:
    return "".join("\n" + _folded(word) for word in words if word)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
