"""The ways in which the hub proves to the MIS who it is."""

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from printhub import AdapterConfig
from printhub_mis_generic.templates import Pen, Template


def _printable(secret: SecretStr) -> SecretStr:
    value = secret.get_secret_value()
    if not value or not value.isascii() or not value.isprintable() or value != value.strip():
        raise ValueError("expected printable ASCII without white space around it; look for a line end in the file")
    return secret


HeaderSecret = Annotated[SecretStr, AfterValidator(_printable)]
"""A secret that can stand in a header."""

HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")]
"""The name of a header (RFC 9110, 5.6.2)."""


@dataclass(frozen=True)
class Signable:
    """What of a request can be signed."""

    method: str
    path: str
    """As it goes over the wire, without the query."""
    body: bytes | None = field(repr=False)
    """None where it is streamed."""
    at: datetime


@dataclass(frozen=True)
class Credentials:
    """What is added to a request."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)


class NoAuth(AdapterConfig):
    """The MIS asks for nothing."""

    type: Literal["none"] = "none"

    def credentials(self, request: Signable, pen: Pen) -> Credentials:
        """Nothing."""
        del request, pen
        return Credentials()


class BasicAuth(AdapterConfig):
    """User and password (RFC 7617, in UTF-8)."""

    type: Literal["basic"]
    user: Annotated[str, Field(pattern=r"^[^:\x00-\x1f\x7f]*$")]
    """The user; without a colon."""
    password: SecretStr
    """The password."""

    def credentials(self, request: Signable, pen: Pen) -> Credentials:
        """The Authorization header."""
        del request, pen
        return Credentials({"Authorization": f"Basic {self.encoded}"})

    @property
    def encoded(self) -> str:
        """User and password as they go over the wire; as secret as the password."""
        return base64.b64encode(f"{self.user}:{self.password.get_secret_value()}".encode()).decode()


class BearerAuth(AdapterConfig):
    """A token (RFC 6750)."""

    type: Literal["bearer"]
    token: HeaderSecret
    """The token, without the word Bearer."""

    def credentials(self, request: Signable, pen: Pen) -> Credentials:
        """The Authorization header."""
        del request, pen
        return Credentials({"Authorization": f"Bearer {self.token.get_secret_value()}"})


class HeaderAuth(AdapterConfig):
    """An API key in a header."""

    type: Literal["header"]
    name: HeaderName
    """The header's name, such as X-Api-Key."""
    value: HeaderSecret
    """All that stands in the header."""

    def credentials(self, request: Signable, pen: Pen) -> Credentials:
        """The header."""
        del request, pen
        return Credentials({self.name: self.value.get_secret_value()})


class QueryAuth(AdapterConfig):
    """An API key in the address; prefer a header where the MIS takes one, as addresses end up in logs."""

    type: Literal["query"]
    name: Annotated[str, Field(min_length=1)]
    """The parameter's name."""
    value: SecretStr
    """The key."""

    def credentials(self, request: Signable, pen: Pen) -> Credentials:
        """The parameter."""
        del request, pen
        return Credentials(params={self.name: self.value.get_secret_value()})


class HmacAuth(AdapterConfig):
    """A signature over the request, made anew for each attempt with the time in UTC."""

    type: Literal["hmac"]
    secret: SecretStr
    """The shared secret; its UTF-8 bytes are the HMAC key."""
    key_id: str = ""
    """What the MIS knows the secret by, if it asks for it: `key_id` in the header templates."""
    digest: Literal["sha256", "sha1", "sha512"] = "sha256"
    """The hash."""
    encoding: Literal["hex", "base64"] = "hex"
    """How the signature is written."""
    timestamp: Literal["iso", "iso_ms", "unix"] = "iso"
    """How the time is written: 2026-11-22T09:30:00Z, 2026-11-22T09:30:00.000Z, or seconds since 1970."""
    text: Template = "{{ method }} {{ path }} {{ timestamp }}"
    """The text that is signed, of `method`, `path` (without the query), `timestamp`, `key_id` and `body_sha256`."""
    headers: dict[HeaderName, Template] = {"X-Signature": "{{ signature }}", "X-Timestamp": "{{ timestamp }}"}
    """The headers that carry it, of the same words and `signature`."""

    def credentials(self, request: Signable, pen: Pen) -> Credentials:
        """The headers with signature and time."""
        facts = {
            "method": request.method,
            "path": request.path,
            "timestamp": self._written(request.at.astimezone(UTC)),
            "key_id": self.key_id,
        }
        if request.body is not None:
            facts["body_sha256"] = hashlib.sha256(request.body).hexdigest()
        text = pen.text("auth.text", self.text, facts)
        made = hmac.new(self.secret.get_secret_value().encode(), text.encode(), self.digest)
        facts["signature"] = made.hexdigest() if self.encoding == "hex" else base64.b64encode(made.digest()).decode()
        return Credentials(
            {name: pen.text(f"auth.headers.{name}", template, facts) for name, template in self.headers.items()}
        )

    def _written(self, at: datetime) -> str:
        match self.timestamp:
            case "unix":
                return str(int(at.timestamp()))
            case "iso_ms":
                return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            case "iso":
                return at.isoformat(timespec="seconds").replace("+00:00", "Z")


Auth = Annotated[
    NoAuth | BasicAuth | BearerAuth | HeaderAuth | QueryAuth | HmacAuth,
    Field(discriminator="type"),
]
"""How the hub signs in."""


def secrets_of(auth: Auth) -> Iterator[str]:
    """Every text that must never be shown."""
    for value in (getattr(auth, name) for name in type(auth).model_fields):
        if isinstance(value, SecretStr):
            yield value.get_secret_value()
    if isinstance(auth, BasicAuth):
        yield auth.encoded
