"""An account's configuration, an adapter for the simulator, and what is said and asked in the tests."""

from typing import Any

from printhub import InboundRequest, Money, RefundRequest
from printhub.testing import a_refund_request
from printhub.testing.stripe_simulator import Payment, StripeEvent, StripeSimulator
from printhub_payment_stripe.adapter import PaymentStripe
from printhub_payment_stripe.config import PaymentStripeConfig

NOW = 1_790_000_000
"""A moment, in seconds since 1970."""


def config(stripe: StripeSimulator, **changes: Any) -> dict[str, Any]:
    """The settings of an account at the simulator."""
    settings = {"api_key": stripe.secret_key, "url": stripe.url, "webhook_secrets": [stripe.signing_secret]}
    return settings | changes


def adapter(stripe: StripeSimulator, **changes: Any) -> PaymentStripe:
    """An adapter for it."""
    return PaymentStripe(PaymentStripeConfig.model_validate(config(stripe, **changes)))


def request(payment: Payment | str, entry: str = "E-1", amount: str = "12.50", **changes: Any) -> RefundRequest:
    """A request to give so many euros of a payment back."""
    name = payment if isinstance(payment, str) else payment.intent or payment.charge
    money = Money.model_validate({"amount": amount, "currency": changes.pop("currency", "EUR")})
    return a_refund_request(entry, payment=name, amount=money, **changes)


def inbound(body: bytes, headers: dict[str, str]) -> InboundRequest:
    """A callback as the hub hands it over."""
    return InboundRequest("POST", "/callbacks/stripe", headers, {}, body)


def posted(event: StripeEvent, *secrets: str, at: int = NOW) -> InboundRequest:
    """An event as Stripe posts it."""
    return inbound(event.body, event.headers(secrets or ["whsec_simulated"], at))
