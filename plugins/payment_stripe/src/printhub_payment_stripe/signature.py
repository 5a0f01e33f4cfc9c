"""Stripe's signatures of webhooks: HMAC-SHA256 over `{t}.{body}`, in hex (Stripe docs, "Verify … manually")."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from printhub import Refused

TOLERANCE = timedelta(minutes=5)
"""How far the time of signing may be away. Stripe's libraries look into the past alone; a clock that is far ahead would
let a captured request be told again for as long."""


def verify(body: bytes, header: str, secrets: Sequence[str], now: datetime) -> None:
    """Raise Refused unless one of the secrets signed the body, within the tolerance of `now`."""
    pairs = [piece.strip().partition("=")[::2] for piece in header.split(",")]
    times = [value for name, value in pairs if name == "t"]
    signatures = [value for name, value in pairs if name == "v1"]
    if len(times) != 1 or not (times[0].isascii() and times[0].isdigit() and len(times[0]) <= 12) or not signatures:
        raise Refused("the header Stripe-Signature is missing or malformed")
    signed = times[0].encode() + b"." + body
    expected = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest().encode() for secret in secrets]
    # All are compared, so that the time it takes does not tell which one was right.
    good = [hmac.compare_digest(one, told.encode()) for one in expected for told in signatures]
    if not any(good):
        raise Refused("no webhook_secret of this instance made the signature")
    if abs(now.timestamp() - int(times[0])) > TOLERANCE.total_seconds():
        raise Refused("the signature is too old, or of the future: compare the clocks")
