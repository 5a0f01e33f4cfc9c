"""Ids that sort by time and can be found again: the same time and names always make the same id."""

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def id_of(at: datetime, *names: str) -> UUID:
    """The id of what `names` tell apart at a moment: a UUID of version 7 (RFC 9562, 5.7) with a hash for its tail."""
    milliseconds = max((at - _EPOCH) // _MILLISECOND, 0)
    # A length before each name: else ("a", "bc") and ("ab", "c") would be one.
    named = b"".join(b"%d:%b" % (len(name := text.encode()), name) for text in names)
    tail = int.from_bytes(hashlib.sha256(named).digest()[:10])
    value = milliseconds << 80 | tail
    value = value & ~(0xF << 76) | 7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)
