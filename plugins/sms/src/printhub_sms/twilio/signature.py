"""Twilio's signatures of callbacks (Twilio docs, "Webhooks security": HMAC-SHA1, in base64, in X-Twilio-Signature)."""

import base64
import hashlib
import hmac
from collections.abc import Iterator, Sequence
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from pydantic import SecretStr

from printhub import InboundRequest, Refused

_PORTS = {"https": 443, "http": 80}


def verify(request: InboundRequest, tokens: Sequence[SecretStr]) -> None:
    """Raise Refused unless one of the tokens signed address and body."""
    given = request.headers.get("x-twilio-signature", "").encode()
    if not given:
        raise Refused("the header X-Twilio-Signature is missing")
    body_is_signed = "bodySHA256" in request.query
    if body_is_signed:
        digest = hashlib.sha256(request.body).hexdigest()
        if not hmac.compare_digest(digest.encode(), request.query["bodySHA256"].lower().encode()):
            raise Refused("bodySHA256 is another body's")
    fields = "" if body_is_signed else _fields(request.body)
    expected = [_signature(token, url + fields) for token in tokens for url in _ways(request.url)]
    # All are compared, so that the time it takes does not tell which one was right.
    if not any([hmac.compare_digest(one, given) for one in expected]):  # noqa: C419 - see above
        text = "no auth_token of this instance made the signature for this address"
        raise Refused(f"{text}; is public_url the address that Twilio calls?")


def _fields(body: bytes) -> str:
    """Names and values run together, in the order of the names; of a repeated field each value once, in their order."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=bool(body))
    except ValueError:
        raise Refused("the body is no form") from None
    return "".join(name + value for name, value in sorted(set(pairs)))


def _ways(url: str) -> Iterator[str]:
    """The address with and without its port: which one Twilio signs depends on how it calls."""
    yield url
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return
    host = f"[{host}]" if ":" in host else host
    netloc = f"{host}:{_PORTS.get(parts.scheme, 443)}" if port is None else host
    # A query that is there and empty stays as it is.
    yield urlunsplit(parts._replace(netloc=netloc)) + ("?" if url.endswith("?") else "")


def _signature(token: SecretStr, signed: str) -> bytes:
    return base64.b64encode(hmac.digest(token.get_secret_value().encode(), signed.encode(), hashlib.sha1))
