"""Configurations for the simulated providers, and what is said to them and by them."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from printhub import Call, InboundRequest, SmsMessage, Verb
from printhub.testing import a_call, an_sms
from printhub.testing.sms_gateway_simulator import GatewayReceipt, SmsGatewaySimulator
from printhub.testing.twilio_simulator import TwilioCallback, TwilioSimulator
from printhub_sms.adapter import Sms
from printhub_sms.config import SmsConfig

NUMBER = "+447400123456"
KEY = "0199aaaa-0000-7000-8000-000000000001"
SECRET = "callback-secret-0123456789"
HUB = "https://hub.example/in/text"


def adapter(**settings: Any) -> Sms:
    return Sms(SmsConfig.model_validate(settings))


def twilio(simulator: TwilioSimulator, *, most_segments: int = 6, sender: str = "+15005550006", **changes: Any) -> Sms:
    account = simulator.account
    settings = {"url": simulator.url, "account": account.sid, "auth_tokens": [account.auth_token]} | changes
    return adapter(twilio=settings, sender=sender, most_segments=most_segments)


def kannel(gateway: SmsGatewaySimulator, **changes: Any) -> Sms:
    url = f"{gateway.url}/cgi-bin/sendsms"
    settings = {"url": url, "user": gateway.user, "password": gateway.token, "callback_secret": SECRET}
    return adapter(kannel=settings | changes, sender="PrintHub")


def gateway_settings(gateway: SmsGatewaySimulator, **changes: Any) -> dict[str, Any]:
    """A gateway described as an operator would."""
    proof = {"Authorization": "Bearer {{ secrets.token }}"}
    body = {"to": "{{ to }}", "from": "{{ sender }}", "text": "{{ text }}", "key": "{{ key }}"}
    settings: dict[str, Any] = {
        "send": {
            "url": f"{gateway.url}/messages",
            "headers": proof,
            "body": body | {"receipt_url": "{{ receipt_url }}"},
        },
        "success": {"statuses": [201], "id": "id"},
        "failures": [
            {"statuses": [422], "matches": "STOPPED", "means": "opted_out", "words": "they want no messages"},
            {"matches": "NO_CREDIT", "means": "misconfigured", "words": "the account has no credit left"},
            {"matches": "SENDER", "means": "misconfigured_for_one"},
            {"matches": "LATER", "means": "unavailable"},
            {"matches": "NUMBER", "means": "number_refused", "words": "the gateway does not take the number"},
            {"statuses": [422], "means": "rejected", "words": "the gateway refuses the text"},
        ],
        "keyed": True,
        "lookup": {
            "request": {
                "method": "GET",
                "url": f"{gateway.url}/messages",
                "headers": proof,
                "params": {"key": "{{ key }}"},
            },
            "found": "messages",
            "id": "messages[0].id",
        },
        "check": {"method": "GET", "url": f"{gateway.url}/ping", "headers": proof},
        "secrets": {"token": gateway.token},
        "receipts": {
            "id": "id",
            "state": "state",
            "code": "code",
            "states": {"sent": "sent", "delivered": "delivered", "undelivered": "undelivered", "rejected": "failed"},
        },
        "inbound": {"sender": "from", "text": "text", "id": "id"},
        "callback_secret": SECRET,
    }
    return settings | changes


def http(gateway: SmsGatewaySimulator, **changes: Any) -> Sms:
    return adapter(http=gateway_settings(gateway, **changes), sender="PrintHub")


def message(**changes: Any) -> SmsMessage:
    return an_sms(**({"recipient": NUMBER} | changes))


def call(key: str = KEY, **changes: Any) -> Call:
    return replace(a_call(Verb.SEND, key, **changes), callback_url=HUB)


def came(method: str, url: str, headers: dict[str, str] | None = None, body: bytes = b"") -> InboundRequest:
    """A callback as the hub hands it over."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    purpose = parts.path.rpartition("/")[2]
    return InboundRequest(method, parts.path, headers or {}, query, body, purpose, url)


def told(callback: TwilioCallback | GatewayReceipt) -> InboundRequest:
    """What a provider tells, as the hub hands it over."""
    if isinstance(callback, TwilioCallback):
        return came("POST", callback.url, callback.headers, callback.body)
    return came(callback.method, callback.url, callback.headers, callback.body)
