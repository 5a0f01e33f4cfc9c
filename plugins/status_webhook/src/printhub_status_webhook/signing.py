"""Signatures by Standard Webhooks 1.0: `v1,` and base64 of an HMAC-SHA256 over `{id}.{timestamp}.{body}`."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable

PREFIX = "whsec_"
_LEAST, _MOST = 24, 64
"""Bytes that a secret may have (Standard Webhooks, "Symmetric keys")."""


def key_of(secret: str) -> bytes:
    """The key in a secret as it is written: `whsec_` and base64; raises ValueError without quoting it."""
    if not secret.startswith(PREFIX):
        raise ValueError(f"expected a secret that begins with {PREFIX}")
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError(f"expected base64 after {PREFIX}") from None
    if not _LEAST <= len(key) <= _MOST:
        raise ValueError(f"expected base64 of {_LEAST} to {_MOST} bytes after {PREFIX}")
    return key


def signature(secrets: Iterable[str], id_: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`: one signature for each secret, so that a receiver may know either of two."""
    signed = f"{id_}.{timestamp}.".encode() + body
    made = (hmac.new(key_of(secret), signed, hashlib.sha256).digest() for secret in secrets)
    return " ".join(f"v1,{base64.b64encode(one).decode()}" for one in made)
