"""Puts announcements on RabbitMQ, a batch at a time, and is certain of each batch or says that it is not."""

import logging
import queue
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

from kombu.entity import Exchange
from kombu.messaging import Producer

from printhub.core.bus.bell import Bell
from printhub.core.bus.confirms import Confirms
from printhub.core.bus.link import Link
from printhub.core.bus.outage import Outage
from printhub.core.bus.owner import Owner
from printhub.core.bus.topology import Topology
from printhub.core.bus.waits import Waits
from printhub.core.model.errors import BusUnavailable

log = logging.getLogger(__name__)

Connect = Callable[[str, Bell, Callable[[bool], None]], Link]
"""Opens a connection: its name, the bell of its owner, and who hears when the broker takes no messages."""


@dataclass(frozen=True, slots=True)
class _Batch:
    ids: list[tuple[UUID, str]]
    done: "Future[None]" = field(default_factory=Future)


class Publisher:
    """A connection of its own, on which nothing is consumed."""

    def __init__(
        self, connect: Connect, topology: Topology, instances: frozenset[str], broker: str, outage: Outage, waits: Waits
    ) -> None:
        """Publish to the queues of `instances`, which it declares."""
        self.blocked = False
        """Whether the broker takes no messages for now."""
        self.faults: frozenset[str] = frozenset()
        """Instances whose last announcement did not get into a queue."""
        self._topology = topology
        self._instances = instances
        self._broker = broker
        self._waits = waits
        self._batches: queue.SimpleQueue[_Batch] = queue.SimpleQueue()
        self._down: str | None = None
        self._confirms = Confirms()
        self._producer: Producer | None = None
        self._owner = Owner("publisher", self, lambda bell: connect("publisher", bell, self._heard), outage, waits)
        self._owner.start()

    def publish(self, ids: Iterable[tuple[UUID, str]]) -> None:
        """Announce a batch; raises BusUnavailable, at once while the broker is known to be away."""
        batch = _Batch(list(ids))
        if (down := self._down) is not None:
            raise self._unavailable(batch, down)
        if self.blocked:
            raise self._unavailable(batch, "it takes no messages for now, memory or disk are short")
        self._batches.put(batch)
        self._owner.ring()
        try:
            batch.done.result(self._waits.answer)
        except TimeoutError:
            if batch.done.cancel():
                raise self._unavailable(batch, f"no connection within {self._waits.answer:g} s") from None
            batch.done.result()  # it is being sent, and that has an end of its own

    def close(self) -> None:
        """Leave."""
        self._owner.close()

    def begin(self, link: Link) -> None:
        """Declare all queues, and count confirms from the start."""
        self._topology.declare(link.channel, self._instances)
        # Not kombu's `confirm_publish`: see Confirms.
        self._confirms = Confirms()
        link.channel.confirm_select()
        link.channel.events["basic_ack"].add(self._confirms.on_ack)
        link.channel.events["basic_nack"].add(self._confirms.on_nack)
        exchange = Exchange(self._topology.exchange, type="direct", durable=True)
        self._producer = Producer(link.channel, exchange, auto_declare=False, on_return=self._confirms.on_return)
        self._down = None

    def turn(self, link: Link) -> None:
        """Send the batches that wait."""
        with suppress(queue.Empty):
            while True:
                batch = self._batches.get_nowait()
                if batch.done.set_running_or_notify_cancel():
                    self._carry_out(link, batch)

    def broken(self, why: str) -> None:
        """Send nothing more until there is a connection again."""
        self._down = why
        self.blocked = False
        with suppress(queue.Empty):
            while True:
                batch = self._batches.get_nowait()
                if batch.done.set_running_or_notify_cancel():
                    batch.done.set_exception(self._unavailable(batch, why))

    def _carry_out(self, link: Link, batch: _Batch) -> None:
        try:
            self._send(link, batch)
        except Exception as error:
            self._down = f"{type(error).__name__}: {error}"
            batch.done.set_exception(self._unavailable(batch, self._down))
            raise  # ends the connection: nobody knows what else is under way on it
        if self._confirms:
            batch.done.set_exception(self._unavailable(batch, "it stopped to take messages, memory or disk are short"))
        else:
            self._tell_faults(batch)
            batch.done.set_result(None)
            self._mend(link)

    def _send(self, link: Link, batch: _Batch) -> None:
        producer, confirms = self._producer, self._confirms
        if producer is None:
            raise RuntimeError("nothing can be sent before the session has begun")
        confirms.begin_anew()
        with link.within(self._waits.answer, f"confirming {len(batch.ids)} announcements"):
            for id_, instance in batch.ids:
                confirms.expect(instance)
                producer.publish(
                    str(id_).encode(),
                    routing_key=instance,
                    content_type="text/plain",
                    content_encoding="utf-8",
                    message_id=str(id_),
                    delivery_mode=2,
                    mandatory=True,
                )
                if self.blocked:
                    return
            while confirms and not self.blocked:
                link.read()

    def _tell_faults(self, batch: _Batch) -> None:
        returned, refused = self._confirms.returned, self._confirms.refused
        for instance in sorted((returned | refused) - self.faults):
            why = "there is no queue for them" if instance in returned else "its queue takes none"
            log.error(
                "announcements to instance %s do not get through: %s (%s); its workers find their work in the store, "
                "later than they could",
                instance,
                why,
                self._topology.queue(instance),
            )
        self.faults = self.faults - {instance for _, instance in batch.ids} | returned | refused

    def _mend(self, link: Link) -> None:
        if lost := self._confirms.returned & self._instances:
            with link.within(self._waits.answer, "declaring the queues"):
                self._topology.declare(link.channel, lost)  # somebody removed them; the next announcement arrives

    def _heard(self, blocked: bool) -> None:
        if blocked and not self.blocked:
            log.warning("%s takes no announcements for now: its memory or disk are short", self._broker)
        elif self.blocked and not blocked:
            log.info("%s takes announcements again", self._broker)
        self.blocked = blocked

    def _unavailable(self, batch: _Batch, why: str) -> BusUnavailable:
        return BusUnavailable(f"{self._broker} took none of {len(batch.ids)} announcements for certain: {why}")
