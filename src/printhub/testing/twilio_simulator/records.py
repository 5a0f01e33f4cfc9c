"""What Twilio keeps: accounts and their messages, and the objects that its API shows of them."""

from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from printhub.core.channels.sms.segments import segments_of

Object = dict[str, Any]
"""A JSON object of Twilio's API."""
VERSION = "2010-04-01"
FINAL = frozenset({"delivered", "undelivered", "failed", "canceled", "read"})
"""Statuses after which nothing more is told; `sent` may be the last one ever as well."""


@dataclass
class TwilioMessage:
    """A message that Twilio took."""

    sid: str
    account: str
    to: str = field(repr=False)
    sender: str | None
    body: str = field(repr=False)
    status: str
    created: datetime
    service: str | None = None
    callback: str | None = None
    """Where its status goes, as the request named it."""
    sent: datetime | None = None
    code: int | None = None
    """Why it failed."""

    def object(self) -> Object:
        """The message, as the API shows it."""
        uri = f"/{VERSION}/Accounts/{self.account}/Messages/{self.sid}"
        return {
            "account_sid": self.account,
            "api_version": VERSION,
            "body": self.body,
            "date_created": _rfc_2822(self.created),
            "date_sent": _rfc_2822(self.sent),
            "date_updated": _rfc_2822(self.sent or self.created),
            "direction": "outbound-api",
            "error_code": self.code,
            "error_message": None,
            "from": self.sender,
            "messaging_service_sid": self.service,
            "num_media": "0",
            "num_segments": str(segments_of(self.body).count),
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": self.to,
            "uri": f"{uri}.json",
        }


@dataclass
class Account:
    """An account: who may use it, what it sends from, and what it sent."""

    sid: str
    auth_token: str = field(repr=False)
    numbers: set[str] = field(default_factory=set)
    """Its phone numbers, E.164; a sender of letters needs no entry here."""
    services: set[str] = field(default_factory=set)
    """Its Messaging Services."""
    keys: dict[str, str] = field(default_factory=dict, repr=False)
    """API keys (SK…) and their secrets."""
    status: str = "active"
    messages: list[TwilioMessage] = field(default_factory=list)
    opted_out: set[str] = field(default_factory=set, repr=False)
    """Numbers whose owners said STOP."""

    def object(self) -> Object:
        """The account, as the API shows it."""
        uri = f"/{VERSION}/Accounts/{self.sid}.json"
        return {"sid": self.sid, "friendly_name": "Simulated", "status": self.status, "type": "Full", "uri": uri}


def _rfc_2822(moment: datetime | None) -> str | None:
    return format_datetime(moment) if moment else None
