"""The payment kit with all its hooks written, for adapters that can speak to the Stripe simulator."""

from decimal import Decimal

from printhub.core.model.money import Money
from printhub.core.model.verbs import Mode, Verb
from printhub.testing.kits.payment.conformance import PaymentConformance
from printhub.testing.kits.trouble import Trouble
from printhub.testing.stripe_simulator import Payment, StripeSimulator, troubles

_TROUBLES = {
    Trouble.HANGS: troubles.commits_then_hangs(),
    Trouble.DRIPS: troubles.drips(),
    Trouble.COMMITS_THEN_DROPS: troubles.COMMITS_THEN_DROPS,
    Trouble.SERVER_ERROR: troubles.SERVER_ERROR,
    Trouble.GARBAGE: troubles.GARBAGE,
    Trouble.REFUSES: troubles.REFUSES,
    Trouble.WRONG_CREDENTIALS: troubles.KEY_EXPIRED,
    Trouble.TOO_MANY: troubles.RATE_LIMITED,
}
_DECIMALS = {"EUR": 2, "JPY": 0, "KWD": 3}
"""How Stripe writes the currencies of the kit."""


class StripePaymentConformance(PaymentConformance):
    """Write `adapter` for the address `self.simulator.url`; a new simulator is started for each test."""

    simulator: StripeSimulator

    def setup_method(self) -> None:
        """Start the gateway."""
        self.simulator = StripeSimulator(livemode=self.mode is Mode.LIVE)
        self.simulator.start()

    def teardown_method(self) -> None:
        """End the gateway."""
        self.simulator.stop()

    def payment(self, amount: Money) -> str:
        """Pay at the simulator."""
        return self._name(self.simulator.pay(self._units(amount), amount.currency))

    def authorization(self, amount: Money) -> str:
        """Set an amount aside at the simulator."""
        return self._name(self.simulator.pay(self._units(amount), amount.currency, captured=False))

    def refunded(self, payment: str) -> Money:
        """Look into the simulator's books."""
        found = self.simulator.payment(payment)
        currency = found.currency.upper()
        amount = Decimal(self.simulator.refunded(found)).scaleb(-_DECIMALS[currency])
        return Money(amount=amount, currency=currency)

    def is_released(self, payment: str) -> bool:
        """Look into the simulator's books."""
        return self.simulator.payment(payment).status == "canceled"

    def break_partner(self, trouble: Trouble, method: str) -> None:
        """Script the simulator's next request of that kind."""
        if trouble is Trouble.DOWN:
            self.simulator.down()
        elif trouble is Trouble.ASKS_FOR_MORE:
            self.cannot("Stripe takes a refund, and asks then")
        else:
            self.simulator.script({"lookup": "refunds", "check": "balance"}.get(method, method), _TROUBLES[trouble])

    def requests_at_partner(self, verb: Verb) -> int:
        """Read the simulator's journal."""
        return len(self.simulator.asked(verb))

    def _name(self, payment: Payment) -> str:
        return payment.intent or payment.charge

    def _units(self, amount: Money) -> int:
        return int(amount.amount.scaleb(_DECIMALS[amount.currency]))
