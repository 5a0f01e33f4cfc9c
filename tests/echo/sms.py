"""A text message provider whose network is a file."""

from collections.abc import Mapping
from typing import ClassVar

from printhub import Call, Effect, Finding, Report, SmsAdapter, SmsMessage, Verb
from tests.echo.book import EchoBook, EchoConfig


class EchoSms(SmsAdapter[EchoConfig]):
    name = "echo-sms"
    Config = EchoConfig
    effects: ClassVar[Mapping[Verb, Effect]] = {Verb.SEND: Effect.KEYED | Effect.LOOKUP}

    def send(self, message: SmsMessage, call: Call) -> Report:
        return EchoBook(self.config.file).enter(call, recipient=message.recipient, text=message.text)

    def lookup(self, message: SmsMessage, call: Call) -> Finding:  # noqa: ARG002 - the signature of a verb
        return EchoBook(self.config.file).find(call)
