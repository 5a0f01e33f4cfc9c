"""What the hub finds by entry point."""

from typing import Any

from printhub import Adapter, hookimpl
from printhub_payment_stripe.adapter import PaymentStripe


@hookimpl
def printhub_adapters() -> list[type[Adapter[Any]]]:
    """Bring the Stripe adapter."""
    return [PaymentStripe]
