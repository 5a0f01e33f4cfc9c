"""Whom the MIS lets in: the ways of signing in that partners use."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Literal, TypeAlias

Auth: TypeAlias = (
    tuple[Literal["basic"], str, str]  # user, password
    | tuple[Literal["bearer"], str]  # token
    | tuple[Literal["header", "query"], str, str]  # name, value
    | tuple[Literal["hmac"], str]  # secret
)


def admits(auth: Auth | None, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> bool:
    """Whether the request proves what `auth` asks for. Header names are lower case; `path` is without its query.

    `hmac`: X-Signature is the hex HMAC-SHA256 of "METHOD PATH TIMESTAMP", TIMESTAMP being X-Timestamp as sent.
    """
    match auth:
        case None:
            return True
        case ("basic", user, password):
            pair = base64.b64encode(f"{user}:{password}".encode()).decode()
            return _same(headers.get("authorization"), f"Basic {pair}")
        case ("bearer", token):
            return _same(headers.get("authorization"), f"Bearer {token}")
        case ("header", name, value):
            return _same(headers.get(name.lower()), value)
        case ("query", name, value):
            return _same(query.get(name), value)
        case ("hmac", secret):
            signed = f"{method} {path} {headers.get('x-timestamp', '')}"
            signature = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
            return "x-timestamp" in headers and _same(headers.get("x-signature"), signature)
        case _:
            raise ValueError("auth is one of basic, bearer, header, query, hmac, each with its values")


def _same(given: str | None, expected: str) -> bool:
    return given is not None and hmac.compare_digest(given.encode(), expected.encode())
