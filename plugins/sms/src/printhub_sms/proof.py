"""Addresses of receipts that prove themselves, for providers that sign nothing: HMAC-SHA256 over the call's key."""

import hashlib
import hmac
from typing import Annotated
from urllib.parse import urlencode

from pydantic import Field, SecretStr

from printhub import Call, InboundRequest, Refused
from printhub_sms.provider import RECEIPT

CallbackSecret = Annotated[SecretStr, Field(min_length=16)]
"""A secret of 16 characters or more."""


def receipt_url(call: Call, secret: SecretStr | None) -> str | None:
    """Where the receipts of this call go; None where no secret is set, or nobody outside knows the hub."""
    if call.callback_url is None or secret is None:
        return None
    return f"{call.callback_url}/{RECEIPT}?{urlencode({'key': call.key, 'proof': _proof(secret, call.key)})}"


def verify_receipt(request: InboundRequest, secret: SecretStr | None) -> None:
    """Raise Refused unless the address was made by `receipt_url`, for the key that it names."""
    key, given = request.query.get("key", ""), request.query.get("proof", "")
    if secret is None or not hmac.compare_digest(_proof(secret, key).encode(), given.encode()):
        raise Refused("the address of the receipt proves nothing: its proof is missing, or of another callback_secret")


def verify_secret(request: InboundRequest, secret: SecretStr | None) -> None:
    """Raise Refused unless the query has the secret itself: what has no key, such as a text, is told so."""
    given = request.query.get("secret", "")
    if secret is None or not hmac.compare_digest(secret.get_secret_value().encode(), given.encode()):
        raise Refused("the parameter secret is missing, or is another callback_secret")


def _proof(secret: SecretStr, key: str) -> str:
    return hmac.new(secret.get_secret_value().encode(), b"receipt:" + key.encode(), hashlib.sha256).hexdigest()
