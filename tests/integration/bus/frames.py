"""Frames of AMQP 0-9-1 as a broker writes them, for a proxy to say in its name."""

import struct


def _method(channel: int, class_: int, method: int, arguments: bytes) -> bytes:
    payload = struct.pack(">HH", class_, method) + arguments
    return struct.pack(">BHI", 1, channel, len(payload)) + payload + b"\xce"


BLOCKED = _method(0, 10, 60, b"\x0alow memory")
"""connection.blocked: what RabbitMQ says to those who publish while its memory or disk are short."""
UNBLOCKED = _method(0, 10, 61, b"")


def nack(number: int) -> bytes:
    """basic.nack: a message was not taken."""
    return _method(1, 60, 120, struct.pack(">QB", number, 0))


def ack(number: int) -> bytes:
    """basic.ack: a message is in its queue."""
    return _method(1, 60, 80, struct.pack(">QB", number, 0))
