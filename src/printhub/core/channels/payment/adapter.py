"""The class that payment gateway adapters subclass, and what those may do besides that help to reconcile."""

from abc import abstractmethod
from datetime import datetime
from typing import ClassVar, Protocol, runtime_checkable

from pydantic import JsonValue

from printhub.core.channels.payment.messages import PaymentBalance, RefundPage, RefundRequest
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


@runtime_checkable
class ReadsPayments(Protocol):
    """A payment adapter whose gateway can be read, so that its books can be compared with the ledger.

    Neither method moves money. Both raise what a verb raises.
    """

    def balance(self, payment: str, call: Call) -> PaymentBalance:
        """Return what was captured and refunded of the payment; raises Rejected where the gateway does not know it."""

    def refunds(self, since: datetime, until: datetime, cursor: JsonValue, call: Call) -> RefundPage:
        """Return a page of the refunds that were begun from `since` (inclusive) to `until` (exclusive).

        `cursor` is None for the first page, then what the page before gave.
        """
