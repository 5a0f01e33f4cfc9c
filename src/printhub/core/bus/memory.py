"""The embedded bus: kombu's in-memory transport within one process, woken by events instead of polling."""

import threading
from collections.abc import Iterable
from uuid import UUID, uuid4

from kombu.connection import Connection
from kombu.entity import Exchange, Queue
from kombu.message import Message
from kombu.messaging import Consumer, Producer
from kombu.transport import memory

from printhub.core.bus import topology


class Subscription:
    """One instance's end of the bus, used by one thread alone: a connection, a queue, and an event that wakes it."""

    def __init__(self, url: str, exchange: str, instance: str, wake: threading.Event) -> None:
        """Open the connection and consume."""
        self.wake = wake
        self._unacked: list[Message] = []
        self._connection = Connection(url)
        self._connection.connect()
        channel = self._connection.default_channel
        target = Exchange(exchange, type="direct", durable=True, channel=channel)
        queue = Queue(f"{exchange}.{topology.queue_name(instance)}", target, routing_key=instance, channel=channel)
        queue.declare()
        self._consumer = Consumer(channel, [queue], on_message=self._unacked.append, auto_declare=False)
        self._consumer.consume()

    def drain(self) -> int:
        """Take everything that lies in the queue, without waiting; returns how many messages wait to be acked."""
        self.wake.clear()
        while True:
            before = len(self._unacked)
            try:
                self._connection.drain_events(timeout=0)
            except TimeoutError:
                return len(self._unacked)
            if len(self._unacked) == before:
                return before

    def ack(self) -> None:
        """Confirm what was drained: its claims are committed."""
        for message in self._unacked:
            message.ack()
        self._unacked.clear()

    def close(self) -> None:
        """Leave; what was not acked is in the store anyway."""
        self._consumer.cancel()
        self._connection.close()


class MemoryBus:
    """Wakes the workers of one process. Losing it loses no work: the sweeper announces again what is due."""

    def __init__(self) -> None:
        """Make a bus of its own, apart from others in the same process."""
        topology.refuse_compression()
        # kombu's memory transport is one per process: a name of our own keeps two hubs in one test apart.
        self._exchange = f"{topology.EXCHANGE}.{uuid4().hex}"
        self._url = "memory://"
        self._connection = Connection(self._url)
        self._producer: Producer | None = None
        self._wakes: dict[str, threading.Event] = {}

    def subscribe(self, instance: str, wake: threading.Event) -> Subscription:
        """Consume an instance's queue; `wake` is set whenever something is put there."""
        self._wakes[instance] = wake
        return Subscription(self._url, self._exchange, instance, wake)

    def publish(self, ids: Iterable[tuple[UUID, str]]) -> None:
        """Announce deliveries, each (id, instance), from one thread alone."""
        if self._producer is None:
            channel = self._connection.default_channel
            exchange = Exchange(self._exchange, type="direct", durable=True, channel=channel)
            exchange.declare()
            self._producer = Producer(channel, exchange, auto_declare=False)
        woken = set()
        for id_, instance in ids:
            if instance not in self._wakes:
                continue  # nobody works for it here; it is found in the store when somebody does
            self._producer.publish(
                str(id_).encode(),
                routing_key=instance,
                content_type="text/plain",
                content_encoding="utf-8",
                message_id=str(id_),
                delivery_mode=2,
            )
            woken.add(instance)
        for instance in woken:
            self._wakes[instance].set()

    def close(self) -> None:
        """Close the publishing connection and drop this bus's queues."""
        self._connection.close()
        for name in [name for name in memory.Channel.queues if name.startswith(self._exchange)]:
            memory.Channel.queues.pop(name, None)
