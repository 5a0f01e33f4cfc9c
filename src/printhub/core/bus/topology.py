"""The names of queues, and the guards that every connection of ours is given."""

from kombu import compression

EXCHANGE = "printhub.deliveries"


def queue_name(instance: str) -> str:
    """The queue that wakes an instance's workers; versioned, because a queue's arguments can never change."""
    return f"v1.deliveries.{instance}"


def refuse_compression() -> None:
    """Take away kombu's decompressors: a `compression` header would be obeyed before our code sees the message."""
    for name in compression.encoders():
        compression.register(_refuse, _refuse, compression.get_encoder(name)[1], aliases=[name])


def _refuse(_data: bytes) -> bytes:
    raise ValueError("this hub takes no compressed messages")
