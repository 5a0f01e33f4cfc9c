"""The conformance kit for payment adapters."""

from printhub.testing.kits.payment.conformance import PaymentConformance
from printhub.testing.kits.payment.simulated import StripePaymentConformance

__all__ = ["PaymentConformance", "StripePaymentConformance"]
