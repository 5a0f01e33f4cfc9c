"""What Twilio tells by itself, signed as it signs (Twilio docs, "Validating Requests are coming from Twilio")."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode


@dataclass(frozen=True)
class TwilioCallback:
    """One callback as it is posted; it has the same bytes however often it is sent."""

    url: str
    pairs: Sequence[tuple[str, str]] = field(repr=False)
    """The fields of its form, in their order."""
    auth_token: str = field(repr=False)

    @property
    def body(self) -> bytes:
        """The form."""
        return urlencode(self.pairs).encode()

    @property
    def headers(self) -> dict[str, str]:
        """Names in lower case."""
        return {
            "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
            "x-twilio-signature": signature(self.auth_token, self.url, self.pairs),
        }


def signature(auth_token: str, url: str, pairs: Sequence[tuple[str, str]]) -> str:
    """HMAC-SHA1 over the address and each field, names and values run together in the order of the names; base64."""
    signed = url + "".join(name + value for name, value in sorted(set(pairs)))
    return base64.b64encode(hmac.digest(auth_token.encode(), signed.encode(), hashlib.sha1)).decode()
