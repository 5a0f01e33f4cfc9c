"""What becomes of a text: the words of every provider are brought to these."""

from enum import StrEnum


class Fate(StrEnum):
    """How far a text has come."""

    QUEUED = "queued"
    """The provider, or the network, has it and will send it."""
    SENT = "sent"
    """The network took it."""
    DELIVERED = "delivered"
    """The phone has it."""
    UNDELIVERED = "undelivered"
    """The network could not bring it to the phone."""
    FAILED = "failed"
    """It was not sent at all."""

    @property
    def is_lost(self) -> bool:
        """Whether it will never arrive."""
        return self in (Fate.UNDELIVERED, Fate.FAILED)
