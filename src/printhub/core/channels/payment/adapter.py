"""The class that payment gateway adapters subclass."""

from abc import abstractmethod
from typing import ClassVar

from printhub.core.channels.payment.messages import RefundRequest
from printhub.core.model.adapter import Adapter, ConfigT
from printhub.core.model.call import Call
from printhub.core.model.reports import Report
from printhub.core.model.verbs import Kind


class PaymentAdapter(Adapter[ConfigT]):
    """Gives money back through a gateway.

    `call.key` is the ledger entry's id: pass it on as the gateway's idempotency key and keep it in the refund's
    metadata, so that `lookup` can find it. On any doubt raise `OutcomeUnknown`; the hub never asks twice for the same
    money by itself.
    """

    kind: ClassVar[Kind] = Kind.PAYMENT

    @abstractmethod
    def refund(self, request: RefundRequest, call: Call) -> Report:
        """Refund a captured payment: `done` when the money moves, `accepted` while the gateway has it pending."""

    @abstractmethod
    def void(self, request: RefundRequest, call: Call) -> Report:
        """Release a payment that was authorized and never captured."""
