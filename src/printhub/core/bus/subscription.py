"""One instance's queue on RabbitMQ, as its dispatcher sees it."""

import logging
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from kombu.message import Message
from kombu.messaging import Consumer

from printhub.core.bus.link import Link
from printhub.core.bus.outage import Outage
from printhub.core.bus.owner import Owner
from printhub.core.bus.publisher import Connect
from printhub.core.bus.topology import Topology
from printhub.core.bus.waits import Waits

log = logging.getLogger(__name__)

OnPoison = Callable[[str, bytes, str], None]
"""Keeps what is no message of ours: the queue's name, the body (its beginning, if it is large), and why."""

PREFETCH = 100
"""How many unacked messages the broker hands out."""
LARGEST_KEPT = 64 * 1024


@dataclass(frozen=True, slots=True)
class _Received:
    generation: int
    tag: int
    body: bytes
    refused: str | None


class RabbitSubscription:
    """Drained and acked by one thread; the connection is touched by its owner's alone.

    Tags of a connection mean nothing on the next one, so each message knows the generation that it came by.
    """

    def __init__(
        self,
        connect: Connect,
        topology: Topology,
        instance: str,
        wake: threading.Event,
        on_poison: OnPoison,
        outage: Outage,
        waits: Waits,
    ) -> None:
        """Consume an instance's queue, which it declares."""
        self.wake = wake
        self._topology = topology
        self._instance = instance
        self._on_poison = on_poison
        self._lock = threading.Lock()
        self._generation = 0
        self._arrived: list[_Received] = []
        self._unacked: list[_Received] = []
        self._poison: list[_Received] = []
        self._told = False
        self._acks: queue.SimpleQueue[_Received] = queue.SimpleQueue()
        self._owner = Owner(instance, self, lambda bell: connect(instance, bell, lambda _blocked: None), outage, waits)
        self._owner.start()

    def drain(self) -> int:
        """Take what has arrived; poison is handed on, and counts among what waits to be acked once it is kept."""
        self.wake.clear()
        with self._lock:
            arrived, self._arrived = self._arrived, []
            generation = self._generation
        self._unacked += [one for one in arrived if one.refused is None]
        self._poison += [one for one in arrived if one.refused is not None]
        self._poison = [one for one in self._poison if one.generation == generation]
        while self._poison and self._kept(self._poison[0]):
            self._unacked.append(self._poison.pop(0))
        # What came by an earlier connection was not acked there, and comes again.
        self._unacked = [one for one in self._unacked if one.generation == generation]
        return len(self._unacked)

    def ack(self) -> None:
        """Have the owner ack what was drained."""
        for one in self._unacked:
            self._acks.put(one)
        self._unacked.clear()
        self._owner.ring()

    def close(self) -> None:
        """Leave; what was not acked goes to whoever consumes the queue next."""
        self._owner.close()

    def begin(self, link: Link) -> None:
        """Consume on a fresh connection, as a new generation."""
        [queue_] = self._topology.declare(link.channel, [self._instance]).values()
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
        body, refused = _bytes(message), _refusal(message)
        if len(body) > LARGEST_KEPT:
            body, refused = body[:LARGEST_KEPT], f"{refused} (its first {LARGEST_KEPT} bytes of {len(body)})"
        with self._lock:
            self._arrived.append(_Received(self._generation, message.delivery_tag, body, refused))
        self.wake.set()

    def _kept(self, poison: _Received) -> bool:
        name = self._topology.queue(self._instance)
        try:
            self._on_poison(name, poison.body, poison.refused or "")
        except Exception:
            if not self._told:
                log.exception("a message in %s is none of ours and cannot be kept; it is tried again", name)
            self._told = True
            return False
        self._told = False
        return True


def _refusal(message: Message) -> str | None:
    """Why a message is none of ours; it is not decoded, and never unpacked."""
    if message.headers.get("compression"):
        return "it says that it is compressed"
    try:
        UUID(_bytes(message).decode("ascii"))
    except ValueError:
        return "its body is not the id of a delivery"
    return None


def _bytes(message: Message) -> bytes:
    return message.body.encode() if isinstance(message.body, str) else bytes(message.body)
