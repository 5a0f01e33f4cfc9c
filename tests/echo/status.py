"""A storefront that writes what it is told into a file."""

from collections.abc import Mapping
from typing import ClassVar

from printhub import Call, Effect, Finding, Report, StatusAdapter, StatusMessage, Verb
from tests.echo.book import EchoBook, EchoConfig


class EchoStatus(StatusAdapter[EchoConfig]):
    name = "echo-status"
    Config = EchoConfig
    effects: ClassVar[Mapping[Verb, Effect]] = {Verb.PUBLISH: Effect.KEYED | Effect.LOOKUP}

    def publish(self, message: StatusMessage, call: Call) -> Report:
        return EchoBook(self.config.file).enter(call, event=message.event.envelope())

    def lookup(self, message: StatusMessage, call: Call) -> Finding:  # noqa: ARG002 - the signature of a verb
        return EchoBook(self.config.file).find(call)
