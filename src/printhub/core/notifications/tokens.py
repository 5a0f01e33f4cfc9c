"""Tokens that a message carries out and a bounce brings back: the delivery's id with the hub's signature.

A token is lower-case base32 (RFC 4648) without padding of 16 bytes of id and 8 of HMAC-SHA256: 39 characters, which
pass every mail server that folds case, and fit the local part of an address (RFC 5321: 64) with a word before them.
"""

import base64
import binascii
import hashlib
import hmac
from uuid import UUID

_SIGNED = 8
_PURPOSE = b"printhub/mail/"


def token_of(delivery: UUID, key: bytes) -> str:
    """The token of a delivery."""
    packed = delivery.bytes + _signature(delivery.bytes, key)
    return base64.b32encode(packed).decode().rstrip("=").lower()


def delivery_of(token: str, key: bytes) -> UUID | None:
    """The delivery that a token is of; None for one that this hub did not make."""
    try:
        packed = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except (binascii.Error, ValueError):
        return None
    if len(packed) != 16 + _SIGNED:
        return None
    delivery = UUID(bytes=packed[:16])
    return delivery if hmac.compare_digest(token.lower().encode(), token_of(delivery, key).encode()) else None


def _signature(id_: bytes, key: bytes) -> bytes:
    return hmac.digest(key, _PURPOSE + id_, hashlib.sha256)[:_SIGNED]
