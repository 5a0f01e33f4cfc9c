"""Gives money back through Stripe, and tells what became of it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar

from pydantic import JsonValue

from printhub import (
    Absent,
    Call,
    CannotTell,
    Effect,
    Finding,
    Found,
    InboundRequest,
    Misconfigured,
    OutcomeUnknown,
    PaymentAdapter,
    PaymentBalance,
    Received,
    RefundPage,
    RefundRequest,
    RefundSeen,
    Refused,
    Rejected,
    Report,
    Scope,
    Unavailable,
    Verb,
)
from printhub_payment_stripe.account import Account
from printhub_payment_stripe.amounts import to_stripe
from printhub_payment_stripe.books import balance_of, page_of, polled
from printhub_payment_stripe.config import PaymentStripeConfig
from printhub_payment_stripe.meaning import AlreadyRefunded
from printhub_payment_stripe.objects import Charge, Event, PaymentIntent, Refund, mode_of
from printhub_payment_stripe.reporting import report_of
from printhub_payment_stripe.signature import verify
from printhub_payment_stripe.telling import signals_of

_BOTH = Effect.KEYED | Effect.LOOKUP


class PaymentStripe(PaymentAdapter[PaymentStripeConfig]):
    """Refunds and voids by Stripe's API.

    Stripe honours the key for a day at least, and each refund carries the ledger entry in its metadata: by that it is
    found for good, also from an attempt that comes later than the key lives.
    """

    name = "payment_stripe"
    Config = PaymentStripeConfig
    effects: ClassVar[Mapping[Verb, Effect]] = {Verb.REFUND: _BOTH, Verb.VOID: _BOTH}

    def refund(self, request: RefundRequest, call: Call) -> Report:
        """Refund the amount of the request; nothing is sent unless payment, currency and mode fit it."""
        self._in_mode(request)
        amount = to_stripe(request.amount)
        account = Account(self.config, call)
        if call.attempt > 1 and (own := _earlier(account, request)) is not None:
            return report_of(own)
        payment = account.payment(request.payment)
        _in_currency(payment, request)
        if not _is_captured(payment):
            raise Rejected(f"{request.payment} was not captured: there is nothing to refund. Void it instead")
        try:
            return report_of(account.refund(request, amount))
        except AlreadyRefunded:
            own = _after_all(account, request)
            if own is None:
                raise
            return report_of(own)

    def void(self, request: RefundRequest, call: Call) -> Report:
        """Release the whole authorization; a part of one cannot be."""
        self._in_mode(request)
        amount = to_stripe(request.amount)
        account = Account(self.config, call)
        intent = _intent(account, request)
        _in_currency(intent, request)
        if intent.status == "canceled":
            return _released(intent)
        if intent.status != "requires_capture":
            raise Rejected(_not_to_be_voided(intent))
        if intent.amount_capturable != amount:
            raise Rejected(f"{intent.id} can only be voided whole, and another amount was asked for")
        return _released(account.release(intent.id))

    def lookup(self, request: RefundRequest, call: Call) -> Finding:
        """Look for the refund with the ledger entry in its metadata, or whether the authorization is released."""
        account = Account(self.config, call)
        try:
            if call.verb is Verb.VOID:
                intent = _intent(account, request)
                return _what_became_of_a_void(intent)
            own = account.own_refund(request)
            if own is None:
                account.payment(request.payment)
                return Absent()
        except Rejected as rejected:
            return CannotTell(rejected.detail)  # a payment that this account does not know says nothing of its refunds
        try:
            return Found(report_of(own))
        except Rejected as rejected:
            return Found(rejected)
        except OutcomeUnknown as unknown:
            return CannotTell(unknown.detail)

    def check(self, call: Call) -> Report:
        """Prove address, key and mode by reading the balance."""
        Account(self.config, call).check()
        return Report.done(detail=f"Stripe knows the key, in {call.mode} mode")

    def verify(self, request: InboundRequest) -> None:
        """Raise Refused unless Stripe signed the event, and it is of the mode that the key is for."""
        secrets = [secret.get_secret_value() for secret in self.config.webhook_secrets]
        if not secrets:
            raise Refused("this instance has no webhook_secrets")
        verify(request.body, request.headers.get("stripe-signature", ""), secrets, datetime.now(UTC))
        event = Event.model_validate_json(request.body)
        if mode_of(event.livemode) is not self.config.mode:
            raise Refused(f"the event is of {mode_of(event.livemode)} mode, and the api_key of {self.config.mode}")

    def read(self, request: InboundRequest) -> Received:
        """Read an event into signals; one of a type that is of no concern has none, and is answered with 200."""
        return Received(signals_of(Event.model_validate_json(request.body), self.config.payments_named_by))

    def poll(self, cursor: JsonValue, call: Call) -> tuple[Sequence[RefundSeen], JsonValue]:
        """Read the refunds made since the last poll, and those of `look_back` before it: they may have changed."""
        return polled(Account(self.config, call), self.config, cursor, call.now())

    def balance(self, payment: str, call: Call) -> PaymentBalance:
        """What was captured and refunded of a payment."""
        return balance_of(Account(self.config, call), payment)

    def refunds(self, since: datetime, until: datetime, cursor: JsonValue, call: Call) -> RefundPage:
        """A page of the refunds that were made in a period, by the hub or by hand."""
        return page_of(Account(self.config, call), self.config, (since, until), cursor)

    def _in_mode(self, request: RefundRequest) -> None:
        if request.mode is not self.config.mode:
            text = f"a payment of {request.mode} mode is not refunded with a key of {self.config.mode} mode"
            raise Misconfigured(f"{text}; look at the routes of {request.storefront}", Scope.DELIVERY)


def _in_currency(payment: PaymentIntent | Charge, request: RefundRequest) -> None:
    if payment.currency.upper() != request.amount.currency:
        raise Rejected(f"{request.payment} was paid in {payment.currency.upper()}, not in {request.amount.currency}")


def _is_captured(payment: PaymentIntent | Charge) -> bool:
    return payment.captured if isinstance(payment, Charge) else payment.amount_received > 0


def _earlier(account: Account, request: RefundRequest) -> Refund | None:
    """What an earlier attempt did. Where Stripe refuses to say, that is no refusal of the refund."""
    try:
        return account.own_refund(request)
    except Rejected as error:
        raise OutcomeUnknown(f"whether an earlier attempt arrived is not known: {error.detail}") from None


def _after_all(account: Account, request: RefundRequest) -> Refund | None:
    """The refund that took all that was left, if it is the hub's own; now even a while of silence leaves a doubt."""
    try:
        return _earlier(account, request)
    except Unavailable as error:
        raise OutcomeUnknown(f"the payment is wholly refunded, and by whom is not known: {error.detail}") from None


def _intent(account: Account, request: RefundRequest) -> PaymentIntent:
    payment = account.payment(request.payment)
    if isinstance(payment, Charge):
        if payment.payment_intent is None:
            raise Rejected(f"{request.payment} has no PaymentIntent, and only that can be voided")
        payment = account.payment(payment.payment_intent)
    assert isinstance(payment, PaymentIntent)  # noqa: S101 - by its id
    return payment


def _released(intent: PaymentIntent) -> Report:
    return Report.done(intent.id, detail="Stripe released the payment")


def _what_became_of_a_void(intent: PaymentIntent) -> Finding:
    match intent.status:
        case "canceled":
            return Found(_released(intent))
        case "requires_capture":
            return Absent()
        case _:
            return Found(Rejected(_not_to_be_voided(intent)))


def _not_to_be_voided(intent: PaymentIntent) -> str:
    if intent.status == "succeeded":
        return f"{intent.id} is captured: it can be refunded, not voided"
    return f"{intent.id} has nothing set aside that could be released ({intent.status})"
