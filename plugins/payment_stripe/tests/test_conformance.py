"""The hub's own conformance kit for payment adapters."""

from plugins.payment_stripe.tests import sample
from printhub import Mode, Money
from printhub.testing.kits.payment import StripePaymentConformance
from printhub.testing.stripe_simulator import Payment
from printhub_payment_stripe.adapter import PaymentStripe


class TestPaymentIntents(StripePaymentConformance):
    def adapter(self) -> PaymentStripe:
        return sample.adapter(self.simulator)


class TestCharges(TestPaymentIntents):
    def _name(self, payment: Payment) -> str:
        return payment.charge


class TestPaymentsWithoutAnIntent(TestPaymentIntents):
    def payment(self, amount: Money) -> str:
        return self._name(self.simulator.pay(self._units(amount), amount.currency, intent=False))


class TestLiveMode(TestPaymentIntents):
    mode = Mode.LIVE
