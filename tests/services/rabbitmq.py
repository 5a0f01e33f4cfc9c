"""The RabbitMQ that tests use together: where it is, whether it is there, and a corner of it for one test."""

import os
import socket
from collections.abc import Iterable
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from amqp import Message, NotFound
from amqp.exceptions import MessageNacked
from kombu.connection import Connection

from printhub.core.bus.topology import Topology
from tests.services.waiting import wait_until

URL = os.environ.get("PRINTHUB_TEST_AMQP", "amqp://guest:guest@127.0.0.1:5672//")


def address() -> tuple[str, int]:
    """Host and port of the broker."""
    found = urlsplit(URL)
    return found.hostname or "127.0.0.1", found.port or 5672


def required() -> None:
    """Skip the test without a broker; in CI it fails."""
    host, port = address()
    try:
        socket.create_connection((host, port), timeout=2).close()
    except OSError as error:
        missing = f"needs RabbitMQ at {host}:{port} ({error}); PRINTHUB_TEST_AMQP may name another"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)


def remove_queues(namespace: str, instances: Iterable[str]) -> None:
    """Leave the broker as it was before hubs of this namespace made queues for these instances."""
    topology = Topology(namespace)
    if not (names := list(instances)):
        return
    with Connection(URL, connect_timeout=4) as connection:
        channel: Any = connection.channel()
        for name in names:
            channel.queue_delete(topology.queue(name))
        channel.queue_delete(topology.intake)
        channel.queue_delete(topology.dead)
        channel.exchange_delete(topology.exchange)
        channel.exchange_delete(topology.events)


class Corner:
    """A namespace of the broker that a test has for itself, seen without any code of the bus."""

    def __init__(self, url: str = URL) -> None:
        """Connect; raises OSError when there is no broker."""
        self.topology = Topology(f"test-{uuid4().hex[:12]}")
        self.instances = ("mis", "folder")
        self._connection = Connection(url, connect_timeout=4)
        self.channel: Any = self._connection.channel()
        self.channel.confirm_select()

    @property
    def namespace(self) -> str:
        """What the names of all its queues begin with."""
        return self.topology.namespace

    def put(self, instance: str, body: bytes, headers: dict[str, object] | None = None, **properties: object) -> None:
        """Put any message into an instance's queue, once that is there."""
        wait_until(lambda: self.exists(self.topology.queue(instance)), f"{instance} has a queue")
        message = Message(body, application_headers=headers, **properties)
        self.publish(message, exchange="", routing_key=self.topology.queue(instance))

    def publish(self, message: Message, *, exchange: str, routing_key: str) -> None:
        """Publish until the broker confirms: a quorum queue that was made a moment ago still refuses."""

        def confirmed() -> bool:
            try:
                self.channel.basic_publish_confirm(message, exchange=exchange, routing_key=routing_key)
            except MessageNacked:
                return False
            return True

        wait_until(confirmed, f"{routing_key} is taken")

    def exists(self, queue: str) -> bool:
        """Whether there is such a queue."""
        asked: Any = self._connection.channel()  # the broker closes it when there is none
        try:
            asked.queue_declare(queue, passive=True)
        except NotFound:
            return False
        asked.close()
        return True

    def count(self, queue: str) -> int:
        """How many messages of a queue are in nobody's hands."""
        return int(self.channel.queue_declare(queue, passive=True).message_count)

    def remove(self, instance: str) -> None:
        """Delete an instance's queue, with whoever consumes it."""
        self.channel.queue_delete(self.topology.queue(instance))

    def close(self) -> None:
        """Leave the broker as it was."""
        for instance in self.instances:
            self.remove(instance)
        self.channel.queue_delete(self.topology.intake)
        self.channel.queue_delete(self.topology.dead)
        self.channel.exchange_delete(self.topology.exchange)
        self.channel.exchange_delete(self.topology.events)
        self._connection.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
