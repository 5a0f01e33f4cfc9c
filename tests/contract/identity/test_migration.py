"""Version 0006 of the store: the tables of users, sessions and tokens come, and go again."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, inspect, text

from printhub.core.store.postgres import PostgresStore
from printhub.core.store.sqlite import SqliteStore
from printhub.core.store.store import Store
from printhub.core.store.upgrade import config
from tests.services import postgres

NEW = {"hub_user", "token", "session", "login_attempt"}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store in which there is nothing, of either kind."""
    if request.param == "sqlite":
        with contextlib.closing(SqliteStore(tmp_path / "printhub.db", durable=False)) as file:
            yield file
        return
    postgres.required()
    with postgres.own_database() as url, contextlib.closing(PostgresStore(url, durable=False)) as database:
        yield database


def go_to(store: Store, version: str, *, back: bool = False) -> None:
    def run(connection: Connection) -> None:
        made = config()
        made.attributes["connection"] = connection
        (command.downgrade if back else command.upgrade)(made, version)

    store.migrate(run)


def tables(store: Store) -> set[str]:
    return store.read(lambda tx: set(inspect(tx).get_table_names()))


@pytest.mark.embedded
def test_a_store_gets_the_tables_empty_and_can_go_back_without_losing_anything_else(empty: Store) -> None:
    go_to(empty, "0005")
    before = tables(empty)
    empty.migrate(lambda tx: tx.execute(text("INSERT INTO pace (instance, until) VALUES ('mis', 7)")))

    go_to(empty, "0006")

    assert tables(empty) == before | NEW
    for table in NEW:
        assert empty.read(lambda tx, table=table: tx.execute(text(f"SELECT count(*) FROM {table}")).scalar()) == 0  # type: ignore[misc] # noqa: S608 - our own names, bound by the default

    go_to(empty, "0005", back=True)

    assert tables(empty) == before
    assert empty.read(lambda tx: tx.execute(text("SELECT until FROM pace")).scalars().all()) == [7]


@pytest.mark.embedded
def test_of_two_tokens_of_one_name_one_at_the_most_is_not_revoked(empty: Store) -> None:
    go_to(empty, "0006")

    found = empty.read(lambda tx: inspect(tx).get_indexes("token"))

    [index] = [one for one in found if one["name"] == "ix_token_name"]
    assert index["unique"]
