"""The servers that some contenders need: whether they are there, and what a contender has there for itself."""

import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

import psycopg
from kombu.connection import Connection
from psycopg import sql

from bench.engine.contender import Site


def missing_postgresql(site: Site) -> str | None:
    """Why no PostgreSQL can be used; None where one can."""
    try:
        psycopg.connect(f"{site.postgresql}/postgres", connect_timeout=3).close()
    except psycopg.Error as error:
        return f"no PostgreSQL answers ({str(error).strip().splitlines()[0]}); --postgresql names one"
    return None


def missing_rabbitmq(site: Site) -> str | None:
    """Why no RabbitMQ can be used; None where something listens at its address."""
    parts = urlsplit(site.amqp)
    try:
        socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 5672), timeout=3).close()
    except OSError as error:
        return f"no RabbitMQ listens at {parts.hostname}:{parts.port or 5672} ({error.strerror}); --amqp names one"
    return None


def own_name(site: Site) -> str:
    """What the names of all that this run has on a server begin with."""
    return f"bench_{site.run}"


def database(site: Site, name: str) -> str:
    """The URL of a contender's own database."""
    return f"{site.postgresql}/{_name(site, name)}"


def make_database(site: Site, name: str) -> None:
    """Make it anew, empty."""
    drop_database(site, name)
    _administer(site, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_name(site, name))))


def drop_database(site: Site, name: str) -> None:
    """Drop it, whoever is still connected."""
    _administer(site, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(_name(site, name))))


def remove_from_broker(site: Site, queues: Iterable[str], exchanges: Iterable[str] = ()) -> None:
    """Delete queues and exchanges, whether or not they are there."""
    with Connection(site.amqp, connect_timeout=4) as connection:
        channel = connection.default_channel
        for queue in queues:
            channel.queue_delete(queue)
        for exchange in exchanges:
            channel.exchange_delete(exchange)


def _name(site: Site, name: str) -> str:
    return f"{own_name(site)}_{name}"


def _administer(site: Site, statement: sql.Composed) -> None:
    with psycopg.connect(f"{site.postgresql}/postgres", autocommit=True) as connection:
        connection.execute(statement)
