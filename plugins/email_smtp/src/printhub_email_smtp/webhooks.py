"""Webhooks about bounces: this plugin's own form, which is documented in its README, and whole mails."""

import base64
import hashlib
import hmac
import time
from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic.types import AwareDatetime

from printhub import Bounced, BounceKind, InboundRequest, Received, Refused, bounce_signals

_LONGEST_TIME = 12
"""Digits of a time in seconds."""
_TOLERANCE = 5 * 60
"""Seconds that a signed time may lie off (Standard Webhooks)."""


class BounceTold(BaseModel):
    """What became of one message for one recipient."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: str = Field(min_length=1, max_length=200)
    """Of this very event: one that comes twice is one."""
    kind: BounceKind
    recipient: str = Field(repr=False, max_length=320)
    message_id: str = ""
    """The Message-ID of the message, with or without angle brackets."""
    token: str = ""
    """What stood behind the + of the envelope sender."""
    hard: bool = False
    status: str = ""
    reason: str = ""
    detail: str = Field(default="", repr=False)
    at: AwareDatetime | None = None


class BouncesTold(BaseModel):
    """The body of the webhook `bounces`."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    events: Annotated[tuple[BounceTold, ...], Field(max_length=1000)]


def verify(request: InboundRequest, secrets: Sequence[SecretStr]) -> None:
    """Raise Refused unless one of the secrets signed the request, lately (Standard Webhooks)."""
    if not secrets:
        raise Refused("webhook_secrets are not configured: nobody can prove who they are")
    id_, timestamp = request.headers.get("webhook-id", ""), request.headers.get("webhook-timestamp", "")
    if not timestamp.isdecimal() or len(timestamp) > _LONGEST_TIME or abs(time.time() - int(timestamp)) > _TOLERANCE:
        raise Refused("webhook-timestamp is missing, or more than five minutes off")
    signed = f"{id_}.{timestamp}.".encode() + request.body
    given = [
        part.removeprefix("v1,") for part in request.headers.get("webhook-signature", "").split() if part[:3] == "v1,"
    ]
    expected = [base64.b64encode(hmac.digest(_key(secret), signed, hashlib.sha256)).decode() for secret in secrets]
    if not any(hmac.compare_digest(one.encode(), other.encode()) for one in given for other in expected):
        raise Refused("webhook-signature is none of the configured secrets'")


def read(request: InboundRequest) -> Received:
    """Read a signed request: purpose `mime` is a whole mail, every other one the form above."""
    if request.purpose == "mime":
        return Received(bounce_signals(request.body))
    try:
        told = BouncesTold.model_validate_json(request.body)
    except ValidationError as error:
        where = "; ".join(".".join(map(str, one["loc"])) + ": " + one["msg"] for one in error.errors()[:5])
        raise ValueError(f"the body is not as documented: {where}") from None
    return Received([_signal(one) for one in told.events])


def _signal(one: BounceTold) -> Bounced:
    message_id = one.message_id.strip().removeprefix("<").removesuffix(">")
    return Bounced(
        recipient=one.recipient,
        what=one.kind,
        hard=one.hard,
        status=one.status[:16],
        reason=one.reason[:64],
        detail=one.detail[:1000],
        tokens=(one.token.lower(),) if one.token else (),
        message_ids=(message_id,) if message_id else (),
        at=one.at,
        dedupe=one.id,
    )


def _key(secret: SecretStr) -> bytes:
    return base64.b64decode(secret.get_secret_value().removeprefix("whsec_"), validate=True)
