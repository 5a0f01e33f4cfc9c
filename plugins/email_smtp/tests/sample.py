"""A mail server's configuration, and messages to hand to it."""

from collections.abc import Callable
from typing import Any

from printhub import Call, EmailMessage, Verb
from printhub.testing import MailSimulator, a_call, an_email
from printhub_email_smtp.adapter import EmailSmtp
from printhub_email_smtp.config import EmailSmtpConfig

Adapts = Callable[..., EmailSmtp]
"""Makes adapters for a simulated mail server; see `adapter`."""


def adapter(server: MailSimulator, **changes: Any) -> EmailSmtp:
    """An adapter for a server on loopback, without TLS unless it is said."""
    settings = {"host": server.host, "port": server.port, "security": "none", "name": "hub.example"}
    return EmailSmtp(EmailSmtpConfig.model_validate(settings | changes))


def call(**changes: Any) -> Call:
    """A call of `send`."""
    return a_call(Verb.SEND, **changes)


def message(**changes: Any) -> EmailMessage:
    """A message as the hub hands it over."""
    usual = {
        "message_id": "token1@shop.example",
        "sender": "Sample Print <orders@shop.example>",
        "envelope_sender": "bounces+token1@hub.example",
        "envelope_id": "token1",
        "subject": "Your order – O-1",
        "text": "Thank you.\n.\nA line with a dot above.\n",
        "html": "<p>Thank you.</p>",
        "headers": {"Auto-Submitted": "auto-generated"},
        "attachments": (),
    }
    return an_email(**(usual | changes))
