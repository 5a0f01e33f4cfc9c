"""What holds for all tests: properties have no deadline, in CI they are the same in every run, and `--pair`."""

import contextlib
import gc
import os

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from tests.services import rabbitmq
from tests.services.postgres import SERVER, own_database
from tests.services.stores import INSTANCES

# A deadline would be an assertion on the clock of a machine that others use too.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("local"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

_made = pytest.StashKey[contextlib.ExitStack]()


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
        made = config.stash[_made] = contextlib.ExitStack()
        try:
            os.environ["PRINTHUB_TEST_STORE"] = made.enter_context(own_database())
        except psycopg.OperationalError as error:
            pytest.exit(f"no PostgreSQL at {SERVER.rpartition('@')[2]} (PRINTHUB_TEST_POSTGRES names one): {error}", 2)
        os.environ["PRINTHUB_TEST_BUS"] = rabbitmq.URL
        made.callback(rabbitmq.remove_queues, f"test-{os.getpid()}", INSTANCES)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take the database and the queues away."""
    if (made := config.stash.get(_made, None)) is not None:
        made.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about one process alone, and what has a database or a broker of its own on either pair."""
    if config.getoption("--pair") == "scaled":
        alike = ("embedded", "postgresql", "rabbitmq")
        left_out = [item for item in items if any(item.get_closest_marker(name) for name in alike)]
        config.hook.pytest_deselected(items=left_out)
        gone = {item.nodeid for item in left_out}
        items[:] = [item for item in items if item.nodeid not in gone]


def pytest_collection_finish() -> None:
    """Leave out of every search for garbage what collecting the tests has made: it stays until the end anyway."""
    gc.collect()
    gc.freeze()
