"""What `printhub db upgrade` promises: the schema of the code, all or nothing, and nothing lost."""

import re
import shutil
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_mock_engine, select
from sqlalchemy.dialects import postgresql

from printhub.core.model.errors import StoreUnavailable
from printhub.core.model.reports import Progress as ProgressReport
from printhub.core.model.reports import Report
from printhub.core.model.signals import LookAgain, Progress, Settled
from printhub.core.model.statuses import JobStatus
from printhub.core.store import events, files
from printhub.core.store.lock import sole_use
from printhub.core.store.opening import DATABASE
from printhub.core.store.revision import HEAD, REVISIONS, require_current, revision_of
from printhub.core.store.schema import event, metadata
from printhub.core.store.sqlite import SqliteStore
from printhub.core.store.store import Tx
from printhub.core.store.upgrade import config, upgrade
from printhub.testing import MemoryHub, Script
from tests.contract.store.seeded import seeded
from tests.contract.store.test_seeding import hinted, projected
from tests.invariants.shop import job, mis, order, settings

pytestmark = pytest.mark.embedded  # files and their copies; on PostgreSQL see test_upgrades_of_databases.py

# SQLite keeps the words of a full-text index in tables of its own, which no schema of ours describes.
_BESIDE_WORDS = {"include_name": lambda name, kind, _: not (kind == "table" and str(name).startswith("job_words"))}
NOW = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "data" / "printhub.db", busy_seconds=0.1)
    yield opened
    opened.close()


def test_an_upgrade_from_nothing_makes_the_schema_of_the_code(store: SqliteStore) -> None:
    done = upgrade(store, NOW)

    assert (done.before, done.after, done.backup) == (None, HEAD, None)
    assert store.read(lambda tx: compare_metadata(MigrationContext.configure(tx, opts=_BESIDE_WORDS), metadata)) == []


def test_its_tables_and_partial_indexes_are_those_that_the_schema_makes_itself(
    store: SqliteStore, tmp_path: Path
) -> None:
    upgrade(store, NOW)
    made = SqliteStore(tmp_path / "made.db")
    made.create()
    made.close()

    assert _statements(store.path) == _statements(tmp_path / "made.db")


def test_on_postgresql_the_migrations_say_what_the_schema_says() -> None:
    """Rendered, not run: the statements of all migrations are those that would make the schema."""
    wanted: list[str] = []
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy leaves it untyped
    engine = create_mock_engine(
        "postgresql+psycopg://", lambda sql, *_, **__: wanted.append(str(sql.compile(dialect=dialect)))
    )
    metadata.create_all(engine, checkfirst=False)

    text = StringIO()
    context = MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True, "output_buffer": text})
    with Operations.context(context):
        for step in reversed(list(ScriptDirectory.from_config(config()).walk_revisions())):
            step.module.upgrade()

    migrated = [sql for sql in text.getvalue().split(";") if sql.strip()]
    assert _made(migrated) == _made(wanted)


def test_the_known_versions_are_those_of_the_migrations() -> None:
    steps = ScriptDirectory.from_config(config()).walk_revisions()

    assert tuple(reversed([step.revision for step in steps])) == REVISIONS


@pytest.mark.parametrize("before", ["0001", "0002"])
def test_jobs_of_an_earlier_version_are_found_as_if_they_had_come_now(
    store: SqliteStore, tmp_path: Path, before: str
) -> None:
    now = seeded(tmp_path / "now", jobs=20, orders=6)
    upgrade_to(store, before)
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("ATTACH ? AS now", (str(now.path),))
        for table in ("person", "customer_order", "job", "delivery", "status_change", "removal", "reference"):
            names = ", ".join(f'"{row[1]}"' for row in connection.execute(f"PRAGMA main.table_info({table})"))
            connection.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM now.{table}")  # noqa: S608 - our own names
        if before == "0001":  # nothing could be overdue then
            connection.execute("DELETE FROM now.job_work WHERE word = 'overdue'")
        connection.commit()

    upgrade(store, NOW)

    assert len(store.read(projected)) >= 10
    assert store.read(projected) == now.read(projected)
    assert store.read(hinted) <= now.read(hinted)
    now.close()


@pytest.mark.parametrize("before", ["0001", "0002"])
def test_events_of_an_earlier_version_say_what_they_are_about_as_if_they_had_come_now(
    store: SqliteStore, before: str
) -> None:
    upgrade_to(store, before)
    with MemoryHub(settings(storefronts=("shop", "other")), [mis(Script())]) as hub:
        heard_of(hub)
        with closing(sqlite3.connect(store.path)) as connection:
            connection.execute("ATTACH ? AS now", (str(hub.hub.data / DATABASE),))
            for table in ("customer_order", "job", "delivery", "status_change", "reference", "payload", "event"):
                names = ", ".join(f'"{row[1]}"' for row in connection.execute(f"PRAGMA main.table_info({table})"))
                connection.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM now.{table}")  # noqa: S608 - our own names
            connection.execute("UPDATE event SET storefront = NULL WHERE source LIKE 'urn:printhub:instance:%'")
            connection.commit()

        upgrade(store, NOW)

        wanted = hub.hub.store.read(about)
    assert store.read(about) == wanted
    assert len({row[1:] for row in wanted}) > 4


def heard_of(hub: MemoryHub) -> None:
    """Tell a hub of orders and jobs of two storefronts, in events of all sorts."""
    hub.emit("printhub.job.changed", {"job": "J9", "product": "early"})
    hub.emit("printhub.order.placed", order("O1", [job("J1"), job("J2")]))
    hub.emit("printhub.job.created", {"job": job("J1", product_type="External")}, storefront="other")
    hub.emit("printhub.job.changed", {"job": "J1", "product": "new"})
    hub.emit("shop.unknown", {"order": {"id": "O1"}, "job": "J1"})
    hub.emit("shop.unknown", {"order": {"id": 7}, "job": ["J1"]})
    hub.emit("shop.unknown", {"order": "", "job": "J" * 129})
    key = str(hub.deliveries("J2")[0].id)
    hub.signals("mis", [Settled(key=f"{key}.2", report=Report.done("R2")), LookAgain(key=key)])
    hub.signals("mis", [LookAgain(reference="R2"), LookAgain(reference="R3")])
    hub.signals("mis", [LookAgain(job="J2"), LookAgain(job="J1")])
    hub.signals("mis", [Progress(reference="R2", progress=(ProgressReport(status=JobStatus.CLEAN_UP),))])
    hub.run()


def about(tx: Tx) -> list[tuple[object, ...]]:
    """What each event is about, in the order in which they came."""
    columns = (event.c.type, event.c.storefront, event.c.order_number, event.c.job_number)
    return [tuple(row) for row in tx.execute(select(*columns).order_by(event.c.seq))]


def test_a_migration_uses_nothing_that_may_change_after_it() -> None:
    steps = [step.module for step in ScriptDirectory.from_config(config()).walk_revisions()]
    used = [getattr(one, "__module__", None) or "" for step in steps for one in vars(step).values()]

    assert [name for name in used if name.startswith("printhub.")] == []


def test_files_that_waited_to_be_fetched_wait_at_their_hosts(store: SqliteStore) -> None:
    upgrade_to(store, "0001")
    waiting = {UUID(int=1): "https://Shop.example:444/a.pdf", UUID(int=2): "file:///in/b.pdf", UUID(int=3): "http://["}
    asset = (
        "INSERT INTO asset (id, job_id, role, name, url, media_type, state, superseded, attempts, reason, created_at)"
    )
    with closing(sqlite3.connect(store.path)) as connection:
        for id_, url in waiting.items():
            row = (id_.hex, UUID(int=9).hex, url)
            connection.execute(f"{asset} VALUES (?, ?, 'output', 'x', ?, '', 'expected', 0, 0, '', 0)", row)
            connection.execute("INSERT INTO timer (kind, subject, due_at) VALUES ('fetch', ?, 0)", (str(id_),))
        connection.execute("INSERT INTO timer (kind, subject, due_at) VALUES ('fetch', ?, 0)", (str(UUID(int=4)),))
        connection.commit()

    upgrade(store, NOW)

    hosts = store.read(lambda tx: files.hosts_in_turn(tx, NOW, after="localhost", without=[], limit=6))
    assert hosts == ["shop.example", "", "localhost"]
    assert [due.id.int for due in store.read(lambda tx: files.due_from(tx, "localhost", NOW, 6))] == [2, 3]


def test_events_that_came_before_traces_were_kept_belong_to_none(store: SqliteStore) -> None:
    upgrade_to(store, "0003")
    insert = "INSERT INTO event (id, source, source_id, type, received_at, state, depth)"
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute(f"{insert} VALUES (?, 'shop', 'e1', 'x', 0, 'unknown', 0)", (UUID(int=1).hex,))
        connection.commit()

    upgrade(store, NOW)

    found = store.read(lambda tx: events.get(tx, UUID(int=1)))
    assert found is not None
    assert (found.source_id, found.traceparent) == ("e1", None)


def test_a_second_upgrade_changes_nothing_and_copies_nothing(store: SqliteStore) -> None:
    upgrade(store, NOW)

    again = upgrade(store, NOW)

    assert not again.changed
    assert again.backup is None
    assert sorted(path.name for path in store.path.parent.glob("*.db")) == ["printhub.db"]


def test_what_a_store_holds_is_copied_before_it_is_changed(store: SqliteStore, tmp_path: Path) -> None:
    upgrade(store, NOW)
    store.migrate(lambda tx: tx.exec_driver_sql("INSERT INTO person (id, data) VALUES ('p1', '{}')"))

    done = upgrade(store, NOW, steps=steps(tmp_path, "op.execute('DELETE FROM person')"))

    assert done.backup is not None
    assert done.backup.name == f"printhub-{HEAD}-20261102T083000Z.db"
    with closing(sqlite3.connect(done.backup)) as copy:
        assert copy.execute("SELECT id FROM person").fetchall() == [("p1",)]
    with closing(sqlite3.connect(store.path)) as changed:
        assert changed.execute("SELECT id FROM person").fetchall() == []


def test_an_upgrade_that_fails_half_way_leaves_the_store_as_it_was(store: SqliteStore, tmp_path: Path) -> None:
    upgrade(store, NOW)
    before = _statements(store.path)

    broken = "op.add_column('person', sa.Column('extra', sa.Text()))\n    op.execute('SELECT * FROM nowhere')"
    with pytest.raises(StoreUnavailable):
        upgrade(store, NOW, steps=steps(tmp_path, broken))

    assert _statements(store.path) == before
    require_current(store)


def test_a_first_upgrade_that_fails_leaves_nothing(store: SqliteStore, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        upgrade(store, NOW, steps=steps(tmp_path, "op.execute('SELECT * FROM nowhere')", whole=True))

    assert revision_of(store) is None
    assert _statements(store.path) == {}


def test_a_store_that_another_process_writes_to_is_left_alone(store: SqliteStore, tmp_path: Path) -> None:
    upgrade(store, NOW)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(StoreUnavailable, match="locked by another process"):
            upgrade(store, NOW, steps=steps(tmp_path, "op.execute('DELETE FROM person')"))


def test_a_store_that_a_hub_serves_is_left_alone(store: SqliteStore, tmp_path: Path) -> None:
    upgrade(store, NOW)

    with sole_use(store.path.parent), pytest.raises(StoreUnavailable, match="stop it first"):
        upgrade(store, NOW, steps=steps(tmp_path, "pass"))


def test_two_upgrades_at_once_make_one_store(tmp_path: Path) -> None:
    stores = [SqliteStore(tmp_path / "printhub.db") for _ in range(4)]
    faults: list[StoreUnavailable] = []

    def run(one: SqliteStore) -> None:
        try:
            upgrade(one, NOW)
        except StoreUnavailable as error:
            faults.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    require_current(stores[0])
    assert len(faults) < len(stores)
    for one in stores:
        one.close()


def test_a_store_that_is_not_there_is_not_made_by_asking(store: SqliteStore) -> None:
    with pytest.raises(StoreUnavailable, match="run `printhub db upgrade`"):
        require_current(store)

    assert not store.path.exists()


def test_a_store_of_an_earlier_version_has_to_be_upgraded(store: SqliteStore) -> None:
    upgrade(store, NOW)

    with pytest.raises(StoreUnavailable, match=f"has version {HEAD}, and later is needed; run `printhub db upgrade`"):
        require_current(store, (*REVISIONS, "later"))


def test_a_store_of_a_later_version_is_left_to_who_made_it(store: SqliteStore) -> None:
    upgrade(store, NOW)
    store.migrate(lambda tx: tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"))

    for use in (require_current, lambda one: upgrade(one, NOW)):
        with pytest.raises(StoreUnavailable, match="install the PrintHub that upgraded it"):
            use(store)


def test_tables_that_no_upgrade_made_are_left_alone(store: SqliteStore) -> None:
    store.path.parent.mkdir()
    store.create()

    with pytest.raises(StoreUnavailable, match="was not made by `printhub db upgrade`"):
        upgrade(store, NOW)


def test_a_file_that_is_no_database_is_named(store: SqliteStore) -> None:
    store.path.parent.mkdir()
    store.path.write_bytes(b"no database, but long enough to be read as if it were one" * 40)

    with pytest.raises(StoreUnavailable, match="is no store of PrintHub"):
        require_current(store)


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    store = SqliteStore(tmp_path / "data" / "printhub.db")

    with pytest.raises(StoreUnavailable, match=r"the data folder .* cannot be made"):
        upgrade(store, NOW)
    store.close()


def upgrade_to(store: SqliteStore, version: str) -> None:
    """Make a store of an earlier version."""
    store.path.parent.mkdir()

    def run(connection: Connection) -> None:
        settings = config()
        settings.attributes["connection"] = connection
        command.upgrade(settings, version)

    store.migrate(run)


def steps(folder: Path, body: str, *, whole: bool = False) -> Path:
    """Migrations of our own: the real ones and one more after them; or with `whole` nothing but that one."""
    ours = Path(ScriptDirectory.from_config(config()).dir)
    found = folder / "steps"
    (found / "versions").mkdir(parents=True)
    shutil.copy(ours / "env.py", found)
    for step in [] if whole else (ours / "versions").glob("v*.py"):
        shutil.copy(step, found / "versions")
    after = None if whole else HEAD
    head = f'import sqlalchemy as sa\nfrom alembic import op\nrevision = "x"\ndown_revision = {after!r}\n'
    (found / "versions" / "x.py").write_text(f"{head}\n\ndef upgrade() -> None:\n    {body}\n")
    return found


def _statements(path: Path) -> dict[str, frozenset[str]]:
    """What made each table and index, but for Alembic's own."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {name: _said(sql) for name, sql in found if name != "alembic_version"}


def _made(statements: Iterable[str]) -> dict[str, frozenset[str]]:
    """What statements make of each table and index, whether columns came with the table or were added to it."""
    made: dict[str, frozenset[str]] = {}
    for statement in statements:
        plain = re.sub(r"\s+", " ", statement).strip()
        added = re.fullmatch(r"ALTER TABLE (\w+) ADD COLUMN (.*)", plain)
        dropped = re.fullmatch(r"DROP INDEX (\w+)", plain)
        if added:
            made[f"CREATE TABLE {added[1]}"] |= {added[2]}
        elif dropped:
            [gone] = [name for name in made if name.startswith(f"CREATE INDEX {dropped[1]} ")]
            del made[gone]
        else:
            made[plain.partition(" (")[0]] = _said(statement)
    return made


def _said(sql: str) -> frozenset[str]:
    """What a statement says, whatever its spaces and the order of columns and constraints."""
    plain, depth, parts = re.sub(r"\s+", " ", sql).strip(), 0, [""]
    for letter in plain:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 1 and plain.startswith("CREATE TABLE"):
            parts.append("")
        elif not (letter == "(" and depth == 1) and not (letter == ")" and depth == 0):
            parts[-1] += letter
        else:
            parts.append("")
    return frozenset(part.strip() for part in parts)
