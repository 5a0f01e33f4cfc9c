"""What a payment adapter does with money where nothing is wrong at the gateway."""

from decimal import Decimal
from unittest import SkipTest

from printhub.core.model.adapter import has_verb
from printhub.core.model.errors import AdapterError, Misconfigured, Rejected
from printhub.core.model.money import Money
from printhub.core.model.reports import Outcome, Report
from printhub.core.model.verbs import Mode
from printhub.testing.kits.kit import expect
from printhub.testing.kits.payment.hooks import PAID, PART, TAKEN, Ending, PaymentHooks, euros

_FINE = (("0.01", "EUR"), ("1000000.00", "EUR"), ("500", "JPY"), ("12.340", "KWD"))
_STRANGE = ("", "1", "a payment", "pi_/../../balance", "pi_no?such#payment", "ch_\r\nHost: x", "日本")


class Answers(PaymentHooks):
    """What is given back is what was asked for, to the last digit, and never more."""

    def test_a_refund_of_a_part_gives_back_that_part(self) -> None:
        """And is known by the gateway's reference from then on."""
        payment = self.payment(PAID)
        report = self._taken(self.refund(self.request(payment)))
        assert report.reference, "the report has no reference, so nothing that the gateway says of it later finds it"
        assert self.refunded(payment) == PART, f"{PART} were to be refunded, and {self.refunded(payment)} were"

    def test_two_refunds_of_one_payment_are_two(self) -> None:
        """Two ledger entries of the same amount are not one that was repeated."""
        payment = self.payment(PAID)
        first = self._taken(self.refund(self.request(payment, "E-1")))
        second = self._taken(self.refund(self.request(payment, "E-2")))
        assert first.reference != second.reference, "two entries have one reference"
        assert self.refunded(payment) == euros("25.00"), "two refunds of 12.50 EUR do not give back 25.00 EUR"

    def test_more_than_is_left_is_rejected(self) -> None:
        """And nothing is given back then, not even what is left."""
        payment = self.payment(PAID)
        self._taken(self.refund(self.request(payment, "E-1", euros("20.00"))))
        ending = self.refund(self.request(payment, "E-2", euros("10.01")))
        expect(ending, Rejected, "Only 10.00 EUR are left of the payment.")
        assert self.refunded(payment) == euros("20.00"), "a refund that was too much gave something back"

    def test_a_payment_that_is_wholly_refunded_is_rejected(self) -> None:
        """As one that the hub did not refund itself would be."""
        payment = self.payment(PAID)
        self._taken(self.refund(self.request(payment, "E-1", PAID)))
        expect(self.refund(self.request(payment, "E-2")), Rejected, "Nothing is left of the payment.")

    def test_an_amount_arrives_to_the_last_digit(self) -> None:
        """Currencies have two decimals, none, or three: a factor of a hundred is soon lost."""
        met = 0
        for number, (amount, currency) in enumerate(_FINE):
            money = Money(amount=Decimal(amount), currency=currency)
            try:
                payment = self.payment(Money(amount=money.amount * 2, currency=currency))
            except SkipTest:
                continue
            met += 1
            self._taken(self.refund(self.request(payment, f"E-{number}", money)))
            assert self.refunded(payment) == money, f"{money} were to be refunded, and {self.refunded(payment)} were"
        if not met:
            self.cannot("payment() can make none of these payments")

    def test_another_currency_than_was_paid_is_rejected_unsent(self) -> None:
        """12.50 of one currency are not 12.50 of another."""
        request = self.request(self.payment(PAID), amount=Money(amount=Decimal("12.50"), currency="USD"))
        call = self.call(request)
        expect(self.attempt(request, call), Rejected, "The payment was made in EUR.")
        assert not call.wire.sent, "the refund was sent, or was about to be, before its currency was compared"

    def test_an_amount_of_nothing_is_rejected_unsent(self) -> None:
        """Some gateways read it as: all of it."""
        payment = self.payment(PAID)
        for amount in ("0.00", "-5.00"):
            request = self.request(payment, amount=euros(amount))
            call = self.call(request)
            expect(self.attempt(request, call), Rejected, f"{amount} EUR cannot be given back.")
            assert not call.wire.sent, f"a refund of {amount} EUR was sent"

    def test_a_payment_that_the_gateway_does_not_know_is_refused(self) -> None:
        """However its id is written: it breaks no request, and reaches no other payment."""
        for name in _STRANGE:
            ending = self.refund(self.request(name))
            _refused(ending, f"There is no payment {name!r}.")

    def test_a_refund_of_the_other_mode_is_refused_unsent(self) -> None:
        """A live order is never refunded with test credentials, nor the reverse."""
        other = Mode.LIVE if self.mode is Mode.TEST else Mode.TEST
        request = self.request(self.payment(PAID), mode=other)
        call = self.call(request)
        _refused(self.attempt(request, call), f"The credentials are for {self.mode} mode.")
        assert not call.wire.sent, "the refund was sent, or was about to be, with credentials of the other mode"

    def test_a_void_releases_what_was_set_aside(self) -> None:
        """And nothing of it counts as refunded."""
        payment = self.authorization(PART)
        self._taken(self.void(self.request(payment)))
        assert self.is_released(payment), "the void was taken, and the money is still set aside"

    def test_a_void_of_what_was_captured_is_rejected(self) -> None:
        """It has to be refunded, and that is for the ledger to say."""
        self.authorization(PART)  # skips where nothing can be voided
        payment = self.payment(PART)
        expect(self.void(self.request(payment)), Rejected, "The payment was captured.")

    def test_a_refund_of_what_was_not_captured_is_rejected(self) -> None:
        """It has to be voided, and that is for the ledger to say."""
        payment = self.authorization(PART)
        expect(self.refund(self.request(payment)), Rejected, "The payment was not captured.")
        assert not self.is_released(payment), "a refund released what was set aside"

    def test_check_answers_with_a_report(self) -> None:
        """A check at a gateway that is well is done."""
        if not has_verb(type(self.adapter()), "check"):
            self.cannot("the class has no check")
        report = expect(self.check(), Report, "The gateway is well.")
        assert report.outcome is Outcome.DONE, f"the gateway is well, and check reports {report.outcome}"

    def _taken(self, ending: Ending) -> Report:
        report = expect(ending, Report, "The gateway takes this.")
        assert report.outcome in TAKEN, f"the gateway takes this, and the adapter reports {report.outcome}"
        return report


def _refused(ending: Ending, because: str) -> None:
    error = expect(ending, AdapterError, because)
    assert isinstance(error, Rejected | Misconfigured), f"{because} The adapter raises {type(error).__name__} ({error})"
