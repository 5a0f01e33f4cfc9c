"""What an operator sets for one mail server, and for the ways in which bounces come back from it."""

import base64
import binascii
from datetime import timedelta
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, SecretStr, StringConstraints, model_validator

from printhub import AdapterConfig, Duration

_FEWEST = 24
"""Bytes of a webhook secret (Standard Webhooks: 24 to 64)."""


def _one_word(value: str) -> str:
    if any(sign.isspace() or sign == "\x00" for sign in value):
        raise ValueError("expected one word, without spaces")
    return value


def _secret(value: SecretStr) -> SecretStr:
    try:
        key = base64.b64decode(value.get_secret_value().removeprefix("whsec_"), validate=True)
    except binascii.Error:
        key = b""
    if len(key) < _FEWEST:
        raise ValueError(f'expected "whsec_" and {_FEWEST} bytes or more in base64')
    return value


Name = Annotated[str, StringConstraints(min_length=1, max_length=255), AfterValidator(_one_word)]
Filled = Annotated[str, StringConstraints(min_length=1, max_length=255)]
WebhookSecret = Annotated[SecretStr, AfterValidator(_secret)]
Port = Annotated[int, Field(ge=1, le=65535)]


class Security(StrEnum):
    """How a connection is kept from others."""

    STARTTLS = "starttls"
    """It begins in the open and turns to TLS before anything is said (RFC 3207)."""
    TLS = "tls"
    """It is TLS from the first byte (RFC 8314)."""
    NONE = "none"
    """It stays open: only on this machine, unless `allow_plain` is set."""


class MailboxConfig(AdapterConfig):
    """The mailbox that bounces come to, read by IMAP."""

    host: Name
    """The IMAP server's name."""
    port: Port = 993
    """Where it listens."""
    security: Security = Security.TLS
    """How the way there is protected, as for the mail server."""
    user: Filled
    """Who signs in."""
    password: SecretStr
    """What they sign in with."""
    folder: Filled = "INBOX"
    """The folder that is read."""
    move_to: Filled | None = None
    """The folder that mails are moved to once they were read; left out, they stay where they are."""
    most: Annotated[int, Field(ge=1, le=1000)] = 200
    """How many mails are read at a time."""


class EmailSmtpConfig(AdapterConfig):
    """One mail server that takes messages."""

    host: Name
    """The mail server's name."""
    port: Port = 587
    """Where it listens: 587 or 25, or 465 for `tls`."""
    security: Security = Security.STARTTLS
    """How the way there is protected: `starttls` begins in the open and turns to TLS before all else (RFC 3207),
    `tls` is TLS from the first byte (RFC 8314), `none` stays open."""
    allow_plain: bool = False
    """Whether passwords and messages may go over a network unprotected, with `security = "none"`."""
    user: str = ""
    """Left out, nobody signs in."""
    password: SecretStr | None = None
    """What `user` signs in with."""
    name: str = ""
    """What the hub calls itself (EHLO); left out, this machine's name."""
    ca_file: Path | None = None
    """Certificates (PEM) of those who may sign the server's, instead of the system's."""
    keep: Annotated[Duration, Field(ge=timedelta())] = timedelta(seconds=30)
    """How long a connection may rest before the next message gets a new one."""
    most: Annotated[int, Field(ge=1)] = 100
    """How many messages go over one connection."""
    largest: Annotated[int, Field(ge=64 * 1024)] = 25 * 2**20
    """The largest message, in bytes; what the server announces counts where it is less."""
    mailbox: MailboxConfig | None = None
    """Where bounces come to, if they come by mail."""
    webhook_secrets: Annotated[tuple[WebhookSecret, ...], Field(max_length=2)] = ()
    """What webhooks about bounces are signed with (`whsec_…`, Standard Webhooks); two while it is being changed."""
    sns_topic: str | None = None
    """The ARN of the SNS topic by which Amazon SES tells of bounces."""

    @model_validator(mode="after")
    def _is_private(self) -> Self:
        for what, place in (("", self), ("mailbox.", self.mailbox)):
            if place is not None and place.security is Security.NONE and not (self.allow_plain or _is_here(place.host)):
                raise ValueError(f'{what}security = "none" is for this machine; elsewhere set allow_plain as well')
        if bool(self.user) is not (self.password is not None):
            raise ValueError("expected both user and password, or neither")
        return self


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
