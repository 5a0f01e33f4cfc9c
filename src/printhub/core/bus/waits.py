"""How long the bus waits, and for what: nothing about a network is waited for without an end."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waits:
    """The bounds of every wait, in seconds."""

    connect: float = 4.0
    """For a broker to take a connection, and for each of its answers until the connection is open."""
    answer: float = 10.0
    """For the queues to be declared, and for a batch of announcements to be confirmed."""
    heartbeat: float = 10.0
    """A peer that is silent for twice as long is gone."""
    settle: float = 1.0
    """A connection that has held for so long counts as good again."""
    first_pause: float = 0.1
    """Before the second attempt to connect; each pause is twice the one before."""
    longest_pause: float = 5.0
    close: float = 1.0
    """For a peer's farewell."""

    @property
    def beat(self) -> float:
        """How often it is looked whether a heartbeat is due: py-amqp wants it once a second, or more often if short."""
        return min(1.0, self.heartbeat / 4)


DEFAULT = Waits()
