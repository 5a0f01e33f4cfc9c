"""One queue on RabbitMQ, as those see it who deal with what arrives: drained and acked by one thread.

The connection is touched by its owner's thread alone. Tags of a connection mean nothing on the next one, so each
message knows the generation that it came by; what was not acked on an earlier one comes again.
"""

import queue
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from amqp import Channel
from kombu.entity import Queue
from kombu.message import Message
from kombu.messaging import Consumer

from printhub.core.bus.link import Link
from printhub.core.bus.outage import Outage
from printhub.core.bus.owner import Owner
from printhub.core.bus.publisher import Connect
from printhub.core.bus.waits import Waits

PREFETCH = 100
"""How many unacked messages the broker hands out."""


@dataclass(frozen=True, slots=True)
class Received:
    """A message as it came: never decoded, and never unpacked."""

    generation: int
    tag: int
    body: bytes
    """Its beginning, where it is larger than is kept."""
    size: int
    compressed: bool
    """Whether it says that it is; then nothing is made of it."""


class Inbox:
    """What has arrived in a queue and is not acked yet."""

    def __init__(
        self,
        name: str,
        declare: Callable[[Channel], Queue],
        connect: Connect,
        wake: threading.Event,
        outage: Outage,
        waits: Waits,
        *,
        largest: int,
    ) -> None:
        """Consume the queue that `declare` makes sure of; of a message so many bytes are kept as are the `largest`."""
        self._declare = declare
        self._wake = wake
        self._largest = largest
        self._lock = threading.Lock()
        self._generation = 0
        self._arrived: list[Received] = []
        self._acks: queue.SimpleQueue[Received] = queue.SimpleQueue()
        self._owner = Owner(name, self, lambda bell: connect(name, bell, lambda _blocked: None), outage, waits)
        self._owner.start()

    def take(self) -> list[Received]:
        """What has arrived since the last time."""
        self._wake.clear()
        with self._lock:
            arrived, self._arrived = self._arrived, []
        return arrived

    def still(self, received: Iterable[Received]) -> list[Received]:
        """Those of these that came by the present connection, and can be acked."""
        with self._lock:
            generation = self._generation
        return [one for one in received if one.generation == generation]

    def ack(self, received: Iterable[Received]) -> None:
        """Have the owner ack these."""
        for one in received:
            self._acks.put(one)
        self._owner.ring()

    def close(self) -> None:
        """Leave; what was not acked goes to whoever consumes the queue next."""
        self._owner.close()

    def begin(self, link: Link) -> None:
        """Consume on a fresh connection, as a new generation."""
        queue_ = self._declare(link.channel)
        with self._lock:
            self._generation += 1
            self._arrived.clear()
        consumer = Consumer(
            link.channel,
            [queue_],
            on_message=self._receive,
            on_decode_error=self._receive,
            auto_declare=False,
            prefetch_count=PREFETCH,
        )
        consumer.consume()

    def turn(self, link: Link) -> None:
        """Ack what was asked for, if it came by this very connection."""
        with suppress(queue.Empty):
            while True:
                one = self._acks.get_nowait()
                if one.generation == self._generation:
                    link.channel.basic_ack(one.tag)

    def broken(self, why: str) -> None:
        """Nothing to do: what was not acked comes again."""

    def _receive(self, message: Message, _undecoded: Exception | None = None) -> None:
        # It must not raise: the message would come again, by one connection after another.
        body = message.body.encode() if isinstance(message.body, str) else bytes(message.body)
        compressed = bool(message.headers.get("compression"))
        with self._lock:
            self._arrived.append(
                Received(self._generation, message.delivery_tag, body[: self._largest], len(body), compressed)
            )
        self._wake.set()
