"""The PostgreSQL that tests use together: where it is, whether it is there, and databases of their own."""

import contextlib
import os
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

SERVER = os.environ.get("PRINTHUB_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432").rstrip("/")


def required() -> None:
    """Skip the test without a server; in CI it fails."""
    try:
        at_server().close()
    except psycopg.OperationalError as error:
        missing = f"needs PostgreSQL at {SERVER.rpartition('@')[2]} ({error}); PRINTHUB_TEST_POSTGRES may name another"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)


def at_server() -> psycopg.Connection[tuple[object, ...]]:
    """A connection to the server, for what is done beside the databases of tests."""
    return psycopg.connect(f"{SERVER}/postgres", autocommit=True, connect_timeout=4)


@contextlib.contextmanager
def own_database() -> Iterator[str]:
    """An empty database that is gone afterwards, whoever is still connected; gives its address."""
    name = f"printhub_test_{os.getpid()}_{uuid4().hex[:8]}"
    with at_server() as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield f"{SERVER}/{name}"
    finally:
        with at_server() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
