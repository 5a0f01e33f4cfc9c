"""The trace that an event belongs to (W3C Trace Context 1): one search then shows it across all who took part."""

import re
import secrets

_TRACEPARENT = re.compile(
    r"(?P<version>[0-9a-f]{2})-(?P<trace>[0-9a-f]{32})-(?P<span>[0-9a-f]{16})-(?P<flags>[0-9a-f]{2})(?P<more>-.*)?"
)
_FLAGS = 0x03
"""Of the flags those that are known here: sampled, and that the trace's id is random."""


def read_traceparent(value: object) -> str | None:
    """A `traceparent` as version 00 writes it; None for what is none, which is as if nothing had been said.

    A later version counts by what it has in common with version 00, as the standard asks.
    """
    found = _TRACEPARENT.fullmatch(value) if isinstance(value, str) else None
    if found is None or found["version"] == "ff" or (found["version"] == "00" and found["more"]):
        return None
    if not int(found["trace"], 16) or not int(found["span"], 16):
        return None
    return f"00-{found['trace']}-{found['span']}-{int(found['flags'], 16) & _FLAGS:02x}"


def next_span(traceparent: str) -> str:
    """The same trace with a span id of its own, for one request or one event of ours."""
    version, trace, _, flags = traceparent.split("-")
    return f"{version}-{trace}-{secrets.token_hex(8)}-{flags}"


def trace_id(traceparent: str | None) -> str | None:
    """What all that belongs to one trace has in common."""
    return traceparent.split("-")[1] if traceparent else None
