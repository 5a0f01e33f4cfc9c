"""The bus between processes: RabbitMQ, with a durable queue for each instance."""

import threading
from collections.abc import Callable, Iterable
from uuid import UUID

from kombu.utils.url import parse_url

from printhub.core.bus import topology
from printhub.core.bus.bell import Bell
from printhub.core.bus.incoming import IncomingEvents
from printhub.core.bus.link import Link
from printhub.core.bus.outage import Outage
from printhub.core.bus.publisher import Publisher
from printhub.core.bus.subscription import OnPoison, RabbitSubscription
from printhub.core.bus.topology import Topology
from printhub.core.bus.waits import DEFAULT, Waits
from printhub.core.model.errors import ConfigInvalid
from printhub.core.settings.addresses import broker_address


class RabbitBus:
    """Wakes the workers of all processes. Without its broker work is late and none is lost: the store is the truth.

    It connects by itself, as often as it takes; no method but `publish` waits for the network.
    """

    def __init__(
        self, url: str, instances: Iterable[str], on_poison: OnPoison, *, namespace: str = "", waits: Waits = DEFAULT
    ) -> None:
        """Announce to `instances`, whose queues it declares, on the broker at `url` (amqp:// or amqps://).

        What lies in a queue and is none of ours is given to `on_poison`, by the thread that drains, and then acked.
        Hubs that share a broker have a `namespace` each. Raises ConfigInvalid.
        """
        if not url.startswith(("amqp://", "amqps://")):
            raise ConfigInvalid(["the broker's url has to begin with amqp:// or amqps://: other brokers lose messages"])
        try:
            broker_address(url)
        except ValueError as error:
            raise ConfigInvalid([f"the broker's url: {error}"]) from None
        topology.refuse_compression()
        self._url = url
        self._waits = waits
        self._topology = Topology(namespace)
        self._on_poison = on_poison
        self._subscriptions: list[RabbitSubscription] = []
        self._incoming: IncomingEvents | None = None
        where = parse_url(url)
        broker = f"RabbitMQ at {where['hostname'] or 'localhost'}:{where['port'] or 5672}"
        self._outage = Outage(broker, waits)
        self._publisher = Publisher(self._connect, self._topology, frozenset(instances), broker, self._outage, waits)

    @property
    def usable(self) -> bool:
        """Whether no connection is known to be lost."""
        return not self._outage

    @property
    def blocked(self) -> bool:
        """Whether the broker takes no announcements for now, because its memory or disk are short."""
        return self._publisher.blocked

    @property
    def faults(self) -> frozenset[str]:
        """Instances whose last announcement reached no queue, or whose queue refused it."""
        return self._publisher.faults

    def subscribe(self, instance: str, wake: threading.Event) -> RabbitSubscription:
        """Consume an instance's queue; `wake` is set whenever something arrives."""
        subscription = RabbitSubscription(
            self._connect, self._topology, instance, wake, self._on_poison, self._outage, self._waits
        )
        self._subscriptions.append(subscription)
        return subscription

    def incoming(self, wake: threading.Event, *, largest: int) -> IncomingEvents:
        """Consume the queue of events; `wake` is set whenever something arrives, `largest` bytes of each are kept."""
        self._incoming = IncomingEvents(self._connect, self._topology, wake, self._outage, self._waits, largest=largest)
        return self._incoming

    def publish(self, ids: Iterable[tuple[UUID, str]]) -> None:
        """Announce deliveries, each (id, instance), from one thread alone, and wait until the broker has them.

        One for which there is no queue is no error: it is told once, and its work is found in the store.
        Raises BusUnavailable; then none of them counts as announced, though some may arrive.
        """
        self._publisher.publish(ids)

    def close(self) -> None:
        """Close all connections; what was not acked stays in its queue."""
        for subscription in self._subscriptions:
            subscription.close()
        if self._incoming is not None:
            self._incoming.close()
        self._publisher.close()

    def _connect(self, name: str, bell: Bell, on_blocked: Callable[[bool], None]) -> Link:
        return Link(self._url, f"printhub {name}", bell, self._waits, on_blocked)
