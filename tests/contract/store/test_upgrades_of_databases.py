"""What `printhub db upgrade` promises of PostgreSQL databases: the same as of files (test_migrations.py)."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, func, inspect, select, update

from printhub.core.model.errors import StoreUnavailable
from printhub.core.store.postgres import PostgresStore
from printhub.core.store.revision import HEAD, REVISIONS, require_current, revision_of
from printhub.core.store.schema import event, metadata, person
from printhub.core.store.store import Store, Tx
from printhub.core.store.upgrade import config, upgrade
from printhub.testing import MemoryHub, Script
from tests.contract.store.crowd import at_once, crowd
from tests.contract.store.seeded import seeded
from tests.contract.store.test_migrations import about, heard_of, steps
from tests.contract.store.test_seeding import hinted, projected
from tests.invariants.shop import emit, mis, order, settings
from tests.services import postgres
from tests.services.stores import copy_rows, in_files

pytestmark = pytest.mark.postgresql

NOW = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
EARLIER = REVISIONS[:-1]


@pytest.fixture
def url() -> Iterator[str]:
    postgres.required()
    with postgres.own_database() as made:
        yield made


@pytest.fixture
def store(url: str) -> Iterator[PostgresStore]:
    with contextlib.closing(PostgresStore(url, durable=False)) as made:
        yield made


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Jobs as they come now, in a file."""
    with contextlib.closing(seeded(tmp_path_factory.mktemp("sample"), jobs=20, orders=6)) as made:
        yield made


def differences(store: Store) -> list[object]:
    """What the schema of the code has and the database lacks, or the other way round."""
    ours = {"include_name": lambda name, kind, _: not (kind == "table" and name == "job_words")}
    return store.read(lambda tx: list(compare_metadata(MigrationContext.configure(tx, opts=ours), metadata)))


def upgrade_to(store: Store, version: str) -> None:
    """Make a database of an earlier version."""

    def run(connection: Connection) -> None:
        settings_ = config()
        settings_.attributes["connection"] = connection
        command.upgrade(settings_, version)

    store.migrate(run)


def test_an_upgrade_from_nothing_makes_the_schema_of_the_code(store: PostgresStore) -> None:
    done = upgrade(store, NOW)

    assert (done.before, done.after, done.backup) == (None, HEAD, None)
    assert differences(store) == []
    assert not upgrade(store, NOW).changed


@pytest.mark.parametrize("before", EARLIER)
def test_jobs_of_an_earlier_version_are_found_as_if_they_had_come_now(
    store: PostgresStore, sample: Store, url: str, tmp_path: Path, before: str
) -> None:
    upgrade_to(store, before)
    store.write(lambda tx: copy_rows(sample, tx))
    had = {table: store.read(lambda tx, t=table: _count(tx, t)) for table in ("job", "delivery", "event", "payload")}  # type: ignore[misc] # the default binds it

    done = upgrade(store, NOW)

    assert (done.before, done.after) == (before, HEAD)
    assert differences(store) == []
    require_current(store)
    assert had["job"] >= 10
    assert {table: store.read(lambda tx, t=table: _count(tx, t)) for table in had} == had  # type: ignore[misc] # the default binds it
    assert store.read(projected) == sample.read(projected)
    assert store.read(hinted) <= sample.read(hinted)
    with crowd(url, tmp_path, settings(), [mis(Script())]) as made:  # and it goes on from there
        assert emit(made.join(), "printhub.order.placed", order("O-new")).accepted
    assert store.read(lambda tx: _count(tx, "job")) == had["job"] + 1


def _count(tx: Tx, table: str) -> int:
    return tx.execute(select(func.count()).select_from(metadata.tables[table])).scalar_one()


@pytest.mark.parametrize("before", ["0001", "0002"])
def test_events_of_an_earlier_version_say_what_they_are_about_as_if_they_had_come_now(
    store: PostgresStore, before: str
) -> None:
    upgrade_to(store, before)
    with in_files(), MemoryHub(settings(storefronts=("shop", "other")), [mis(Script())]) as hub:
        heard_of(hub)
        store.write(lambda tx: copy_rows(hub.hub.store, tx))
        wanted = hub.hub.store.read(about)
    partners = event.c.source.like("urn:printhub:instance:%")
    store.write(lambda tx: tx.execute(update(event).where(partners).values(storefront=None)))

    upgrade(store, NOW)

    assert store.read(about) == wanted
    assert len({row[1:] for row in wanted}) > 4


def test_two_upgrades_at_once_make_one_store(url: str) -> None:
    with contextlib.ExitStack() as opened:
        stores = [opened.enter_context(contextlib.closing(PostgresStore(url))) for _ in range(4)]
        at_once([partial(upgrade, one, NOW) for one in stores])

        require_current(stores[0])
        assert differences(stores[0]) == []


def test_an_upgrade_that_fails_half_way_leaves_the_database_as_it_was(store: PostgresStore, tmp_path: Path) -> None:
    upgrade(store, NOW)
    before = store.read(_columns)

    broken = "op.add_column('person', sa.Column('extra', sa.Text()))\n    op.execute('SELECT * FROM nowhere')"
    with pytest.raises(StoreUnavailable):
        upgrade(store, NOW, steps=steps(tmp_path, broken))

    assert store.read(_columns) == before
    require_current(store)


def _columns(tx: Tx) -> list[str]:
    return [column["name"] for column in inspect(tx).get_columns(person.name)]


def test_what_no_upgrade_made_and_what_a_later_one_made_are_left_alone(store: PostgresStore) -> None:
    store.create()
    with pytest.raises(StoreUnavailable, match="was not made by `printhub db upgrade`"):
        upgrade(store, NOW)


def test_a_database_of_a_later_version_is_left_to_who_made_it(store: PostgresStore) -> None:
    upgrade(store, NOW)
    store.migrate(lambda tx: tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(StoreUnavailable, match="install the PrintHub that upgraded it"):
        upgrade(store, NOW)


def test_an_empty_database_has_no_version_and_says_what_to_do(store: PostgresStore) -> None:
    assert revision_of(store) is None
    with pytest.raises(StoreUnavailable, match="run `printhub db upgrade`"):
        require_current(store)
