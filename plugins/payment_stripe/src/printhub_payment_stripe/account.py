"""The Stripe account as one call sees it: each method is one question or one act, by the official SDK."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import stripe
from pydantic import ValidationError
from stripe.params import RefundCreateParams, RefundListParams

from printhub import Call, Misconfigured, OutcomeUnknown, RefundRequest, Rejected, Unavailable
from printhub_payment_stripe.config import PaymentStripeConfig
from printhub_payment_stripe.meaning import meaning
from printhub_payment_stripe.objects import (
    ENTRY,
    ORDER,
    Balance,
    Charge,
    PaymentIntent,
    Refund,
    RefundList,
    StripeObject,
    mode_of,
)
from printhub_payment_stripe.transport import HubTransport

PAGE = 100
"""The most that Stripe lists at once."""

ObjectT = TypeVar("ObjectT", bound=StripeObject)


class Account:
    """Speaks to Stripe within one call. Every method raises what a verb raises."""

    def __init__(self, config: PaymentStripeConfig, call: Call) -> None:
        """Raise Misconfigured where the key is for the other mode than the call; nothing is sent then."""
        if config.mode is not call.mode:
            text = f"the api_key is for {config.mode} mode, and this instance has mode = {call.mode}"
            raise Misconfigured(f"{text}; give it a key of its own mode")
        self._call = call
        self._transport = HubTransport(call)
        self._stripe = stripe.StripeClient(
            config.api_key.get_secret_value(),
            base_addresses={"api": str(config.url).rstrip("/")},
            stripe_version=config.api_version,
            max_network_retries=0,  # the hub repeats calls, because it knows what else waits
            http_client=self._transport,
        )

    def check(self) -> None:
        """Read the balance, and compare its mode."""
        with self._asking("read the balance"):
            answer = self._stripe.v1.balance.retrieve()
        self._in_mode(self._read(Balance, answer, "read the balance").livemode)

    def payment(self, name: str, *, with_charge: bool = False) -> PaymentIntent | Charge:
        """The PaymentIntent or charge of this id; raises Rejected where it is none, or the account has none such."""
        what = f"read the payment {name}"
        payment: PaymentIntent | Charge
        if is_intent(name):
            with self._asking(what):
                expand = ["latest_charge"] if with_charge else []
                intent = self._stripe.v1.payment_intents.retrieve(name, {"expand": expand})
            payment = self._read(PaymentIntent, intent, what)
        elif name.startswith(("ch_", "py_")):
            with self._asking(what):
                charge = self._stripe.v1.charges.retrieve(name)
            payment = self._read(Charge, charge, what)
        else:
            raise Rejected("the payment's id is none of Stripe's: expected pi_…, ch_… or py_…")
        self._in_mode(payment.livemode)
        return payment

    def refund(self, request: RefundRequest, amount: int) -> Refund:
        """Refund so many of Stripe's units of the payment."""
        what = f"refund of {request.payment}"
        params: RefundCreateParams = {"amount": amount, "metadata": {ENTRY: request.entry, ORDER: request.order}}
        params["payment_intent" if is_intent(request.payment) else "charge"] = request.payment
        with self._asking(what, changes=True):
            answer = self._stripe.v1.refunds.create(params, {"idempotency_key": self._call.key})
        return self._read(Refund, answer, what, changes=True)

    def release(self, intent: str) -> PaymentIntent:
        """Cancel a PaymentIntent that was not captured."""
        what = f"void of {intent}"
        with self._asking(what, changes=True):
            answer = self._stripe.v1.payment_intents.cancel(intent, {}, {"idempotency_key": self._call.key})
        return self._read(PaymentIntent, answer, what, changes=True)

    def own_refund(self, request: RefundRequest) -> Refund | None:
        """The refund that was made for the request's ledger entry, if there is one."""
        return next((refund for refund in self.refunds_of(request.payment) if refund.entry == request.entry), None)

    def refunds_of(self, payment: str) -> Iterator[Refund]:
        """All refunds of a payment, newest first."""
        params: RefundListParams = {"limit": PAGE}
        params["payment_intent" if is_intent(payment) else "charge"] = payment
        while True:
            page = self.refunds(params)
            yield from page.data
            if not page.has_more or not page.data:
                return
            params["starting_after"] = page.data[-1].id

    def refunds(self, params: RefundListParams) -> RefundList:
        """A page of refunds, newest first."""
        what = "list the refunds"
        with self._asking(what):
            answer = self._stripe.v1.refunds.list(params)
        return self._read(RefundList, answer, what)

    def _in_mode(self, livemode: bool) -> None:
        if mode_of(livemode) is not self._call.mode:
            raise Misconfigured(f"Stripe answered in {mode_of(livemode)} mode, and this instance has {self._call.mode}")

    @contextmanager
    def _asking(self, what: str, *, changes: bool = False) -> Iterator[None]:
        try:
            yield
        except stripe.StripeError as error:
            # Its text and its traceback quote the answer.
            raise meaning(error, what, self._transport.reply, self._call.now(), changes=changes) from None

    def _read(self, kind: type[ObjectT], answer: stripe.StripeObject, what: str, *, changes: bool = False) -> ObjectT:
        try:
            return kind.model_validate(answer.to_dict())
        except ValidationError as error:
            places = ", ".join(sorted({str(fault["loc"][0]) for fault in error.errors() if fault["loc"]}))
            text = f"{what}: Stripe's answer cannot be read ({places})"
            raise (OutcomeUnknown(f"{text}; it may have been done") if changes else Unavailable(text)) from None


def is_intent(payment: str) -> bool:
    """Whether the id is a PaymentIntent's; else it is a charge's."""
    return payment.startswith("pi_")
