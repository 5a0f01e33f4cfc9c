"""What holds for all tests: properties have no deadline, in CI they are the same in every run, and `--pair`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg import sql

# A deadline would be an assertion on the clock of a machine that others use too.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("local"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

SERVER = os.environ.get("PRINTHUB_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432")
BROKER = os.environ.get("PRINTHUB_TEST_AMQP", "amqp://guest:guest@127.0.0.1:5672//")
_made = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let tests run on either pair of store and bus."""
    parser.addoption(
        "--pair",
        choices=("embedded", "scaled"),
        default="embedded",
        help="SQLite and memory, or PostgreSQL and RabbitMQ (PRINTHUB_TEST_POSTGRES, PRINTHUB_TEST_AMQP)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make a database of this process's own for the scaled pair."""
    config.addinivalue_line("markers", "embedded: looks into the SQLite file, or is about one process alone")
    if config.getoption("--pair") == "scaled":
        name = f"printhub_test_{os.getpid()}"
        try:
            with _server() as connection:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        except psycopg.OperationalError as error:
            pytest.exit(f"no PostgreSQL at {SERVER.rpartition('@')[2]} (PRINTHUB_TEST_POSTGRES names one): {error}", 2)
        config.stash[_made] = name
        os.environ["PRINTHUB_TEST_STORE"] = f"{SERVER.rstrip('/')}/{name}"
        os.environ["PRINTHUB_TEST_BUS"] = BROKER


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take the database away."""
    name = config.stash.get(_made, None)
    if name is not None:
        with _server() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about one process alone."""
    if config.getoption("--pair") == "scaled":
        left_out = [item for item in items if item.get_closest_marker("embedded")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("embedded")]


@contextmanager
def _server() -> Iterator[psycopg.Connection[object]]:
    with psycopg.connect(f"{SERVER.rstrip('/')}/postgres", autocommit=True, connect_timeout=4) as connection:
        yield connection
