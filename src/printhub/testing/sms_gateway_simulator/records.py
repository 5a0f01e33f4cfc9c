"""What a gateway keeps of a text, and what it tells of it."""

import json
from dataclasses import dataclass, field

KANNEL_TYPES = {"delivered": "1", "undelivered": "2", "queued": "4", "sent": "8", "rejected": "16"}
"""Kannel's types of delivery reports (user guide, "Delivery Reports")."""


@dataclass
class GatewayText:
    """A text that the gateway took."""

    id: str
    to: str = field(repr=False)
    sender: str
    text: str = field(repr=False)
    key: str | None = None
    """The key that its request named; Kannel has none."""
    receipt_url: str | None = None
    """Where its receipts go."""
    kannel: bool = False
    """Whether it came by Kannel's interface."""


@dataclass(frozen=True)
class GatewayReceipt:
    """One receipt as it is sent; it is the same however often it is."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes = field(default=b"", repr=False)


def receipt(text: GatewayText, state: str, code: str, reply: str) -> GatewayReceipt:
    """Tell of a text in the manner of the interface that it came by; raises ValueError where nobody asked for it."""
    if text.receipt_url is None:
        raise ValueError("this text named no address for its receipts")
    if not text.kannel:
        said = {"id": text.id, "state": state, "code": code} | ({"key": text.key} if text.key else {})
        body = json.dumps(said).encode()
        return GatewayReceipt("POST", text.receipt_url, {"content-type": "application/json"}, body)
    filled = text.receipt_url
    for escape, value in (("%d", KANNEL_TYPES[state]), ("%A", reply), ("%T", "1790000000")):
        filled = filled.replace(escape, value)
    return GatewayReceipt("GET", filled, {})
