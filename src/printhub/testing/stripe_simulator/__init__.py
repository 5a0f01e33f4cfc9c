"""A Stripe on loopback HTTP that keeps books, honours idempotency keys, and misbehaves exactly as a test scripts it."""

from printhub.testing.mis_simulator import Mode
from printhub.testing.stripe_simulator import troubles
from printhub.testing.stripe_simulator.events import StripeEvent
from printhub.testing.stripe_simulator.reception import Asked
from printhub.testing.stripe_simulator.records import Dispute, Payment, Refund, Settling
from printhub.testing.stripe_simulator.refusal import Refusal
from printhub.testing.stripe_simulator.simulator import StripeSimulator

__all__ = [
    "Asked",
    "Dispute",
    "Mode",
    "Payment",
    "Refund",
    "Refusal",
    "Settling",
    "StripeEvent",
    "StripeSimulator",
    "troubles",
]
