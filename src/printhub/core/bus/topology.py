"""Exchange and queues: their names, how they are declared, and the guard that every connection of ours is given."""

from collections.abc import Iterable
from dataclasses import dataclass

from amqp import Channel
from kombu import compression
from kombu.entity import Exchange, Queue

EXCHANGE = "printhub.deliveries"
EVENTS = "printhub.events"
DELIVERY_LIMIT = 10
"""A message that was handed out more often, and acked by nobody, goes to the dead letters."""


def queue_name(instance: str) -> str:
    """The queue that wakes an instance's workers; versioned, because a queue's arguments can never change."""
    return f"v1.deliveries.{instance}"


@dataclass(frozen=True, slots=True)
class Topology:
    """What lies on a broker; hubs that share one have a namespace each."""

    namespace: str = ""

    @property
    def exchange(self) -> str:
        """Where announcements are published; the routing key is the instance's name."""
        return self._named(EXCHANGE)

    @property
    def events(self) -> str:
        """Where storefronts publish events; the routing key is the event's type."""
        return self._named(EVENTS)

    @property
    def intake(self) -> str:
        """The queue of events that are to be taken in."""
        return self._named("v1.intake")

    @property
    def dead(self) -> str:
        """The queue of dead letters."""
        return self._named("v1.dead")

    def queue(self, instance: str) -> str:
        """The queue of one instance."""
        return self._named(queue_name(instance))

    def declare(self, channel: Channel, instances: Iterable[str]) -> dict[str, Queue]:
        """Make sure that exchange, dead letters and the instances' queues exist; returns the queues by instance.

        Raises amqp's PreconditionFailed when one of them exists with other arguments.
        """
        letters = self._letters(channel)
        exchange = Exchange(self.exchange, type="direct", durable=True, channel=channel)
        exchange.declare()
        queues = {
            instance: Queue(
                self.queue(instance),
                exchange,
                routing_key=instance,
                durable=True,
                queue_arguments=letters,
                channel=channel,
            )
            for instance in instances
        }
        for queue in queues.values():
            queue.declare()
        return queues

    def declare_intake(self, channel: Channel) -> Queue:
        """Make sure that the exchange for events and its one queue exist; returns the queue."""
        letters = self._letters(channel)
        exchange = Exchange(self.events, type="topic", durable=True, channel=channel)
        exchange.declare()
        # One binding that takes every type: a key that is bound twice would double messages.
        queue = Queue(self.intake, exchange, routing_key="#", durable=True, queue_arguments=letters, channel=channel)
        queue.declare()
        return queue

    def _letters(self, channel: Channel) -> dict[str, str | int]:
        """Make sure of the dead letters; returns the arguments of a queue that leads there."""
        # Limits of length and age are for policies of the broker's operator: a queue's arguments can never change.
        quorum: dict[str, str | int] = {"x-queue-type": "quorum"}
        Queue(self.dead, durable=True, queue_arguments=quorum, channel=channel).declare()
        return quorum | {
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": self.dead,
            # Without both a dead letter can get lost on its way: `drop-head` allows at-most-once only.
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        }

    def _named(self, name: str) -> str:
        return f"{self.namespace}.{name}" if self.namespace else name


def refuse_compression() -> None:
    """Take away kombu's decompressors: a `compression` header would be obeyed before our code sees the message."""
    for name in compression.encoders():
        compression.register(_refuse, _refuse, compression.get_encoder(name)[1], aliases=[name])


def _refuse(_data: bytes) -> bytes:
    raise ValueError("this hub takes no compressed messages")
