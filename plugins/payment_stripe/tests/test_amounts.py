"""Money in Stripe's units and back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printhub import Money, Rejected
from printhub_payment_stripe.amounts import from_stripe, to_stripe


def money(amount: str, currency: str) -> Money:
    return Money(amount=Decimal(amount), currency=currency)


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("12.50", "EUR", 1250),
        ("0.01", "USD", 1),
        ("500", "JPY", 500),
        ("500", "MGA", 500),
        ("12.340", "KWD", 12340),
        ("7", "ISK", 700),
        ("7", "UGX", 700),
    ],
)
def test_each_currency_has_its_own_unit(amount: str, currency: str, units: int) -> None:
    assert to_stripe(money(amount, currency)) == units
    assert from_stripe(units, currency.lower()) == money(amount, currency)


@pytest.mark.parametrize(("amount", "currency"), [("1.234", "KWD"), ("0.50", "MGA"), ("0", "EUR"), ("-1", "EUR")])
def test_what_stripe_cannot_write_is_rejected_and_never_rounded(amount: str, currency: str) -> None:
    with pytest.raises(Rejected):
        to_stripe(money(amount, currency))


@given(st.integers(1, 10**11), st.sampled_from(["EUR", "JPY", "KWD", "ISK", "GBP", "UGX", "MGA", "BHD"]))
def test_what_can_be_written_comes_back_as_it_went(number: int, currency: str) -> None:
    step = {"JPY": 1, "MGA": 1, "ISK": 100, "UGX": 100, "KWD": 10, "BHD": 10}.get(currency, 1)

    assert to_stripe(from_stripe(number * step, currency)) == number * step
