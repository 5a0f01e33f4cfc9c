"""A payment gateway whose money moves in a file."""

from collections.abc import Mapping
from typing import ClassVar

from printhub import Call, Effect, Finding, PaymentAdapter, RefundRequest, Report, Verb
from tests.echo.book import EchoBook, EchoConfig

_BOTH = Effect.KEYED | Effect.LOOKUP


class EchoPayment(PaymentAdapter[EchoConfig]):
    name = "echo-payment"
    Config = EchoConfig
    effects: ClassVar[Mapping[Verb, Effect]] = {Verb.REFUND: _BOTH, Verb.VOID: _BOTH}

    def refund(self, request: RefundRequest, call: Call) -> Report:
        return EchoBook(self.config.file).enter(call, payment=request.payment, amount=str(request.amount))

    def void(self, request: RefundRequest, call: Call) -> Report:
        return EchoBook(self.config.file).enter(call, payment=request.payment, amount=str(request.amount))

    def lookup(self, request: RefundRequest, call: Call) -> Finding:  # noqa: ARG002 - the signature of a verb
        return EchoBook(self.config.file).find(call)
