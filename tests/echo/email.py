"""A mail server whose mailbox is a file."""

from collections.abc import Mapping
from typing import ClassVar

from printhub import Call, Effect, EmailAdapter, EmailMessage, Finding, Report, Verb
from tests.echo.book import EchoBook, EchoConfig


class EchoEmail(EmailAdapter[EchoConfig]):
    name = "echo-email"
    Config = EchoConfig
    effects: ClassVar[Mapping[Verb, Effect]] = {Verb.SEND: Effect.KEYED | Effect.LOOKUP}

    def send(self, message: EmailMessage, call: Call) -> Report:
        return EchoBook(self.config.file).enter(
            call, message_id=message.message_id, recipient=message.recipient, subject=message.subject
        )

    def lookup(self, message: EmailMessage, call: Call) -> Finding:  # noqa: ARG002 - the signature of a verb
        return EchoBook(self.config.file).find(call)
