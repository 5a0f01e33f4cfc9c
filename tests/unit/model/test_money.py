"""Money: exact amounts, the right number of decimals for each currency, and nothing that is not money."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from printhub.core.model.money import Money, digits_of

CURRENCIES = {"JPY": 0, "ISK": 0, "EUR": 2, "USD": 2, "GBP": 2, "KWD": 3, "TND": 3}
MOST = 10**13

currencies = st.sampled_from(sorted(CURRENCIES))


@st.composite
def amounts(draw: st.DrawFn) -> Money:
    currency = draw(currencies)
    digits = CURRENCIES[currency]
    units = draw(st.integers(-MOST + 1, MOST - 1))
    fraction = draw(st.integers(0, 10**digits - 1))
    sign = "-" if units < 0 else ""
    text = f"{sign}{abs(units)}.{fraction:0{digits}d}" if digits else f"{units}"
    return Money(amount=Decimal(text), currency=currency)


@pytest.mark.parametrize(("currency", "digits"), CURRENCIES.items())
def test_a_currency_has_its_own_number_of_decimals(currency: str, digits: int) -> None:
    assert digits_of(currency) == digits


@pytest.mark.parametrize(
    ("amount", "currency", "minor", "text"),
    [
        ("12.50", "EUR", 1250, "12.50 EUR"),
        ("12.5", "EUR", 1250, "12.50 EUR"),
        ("1E+2", "EUR", 10000, "100.00 EUR"),
        ("1200", "JPY", 1200, "1200 JPY"),
        ("1.234", "KWD", 1234, "1.234 KWD"),
        ("-0.01", "USD", -1, "-0.01 USD"),
        ("9999999999999.99", "EUR", 999999999999999, "9999999999999.99 EUR"),
    ],
)
def test_an_amount_is_known_in_minor_units_and_as_text(amount: str, currency: str, minor: int, text: str) -> None:
    money = Money.model_validate({"amount": amount, "currency": currency})
    assert money.minor == minor
    assert str(money) == text


@given(amounts())
def test_minor_units_and_back_is_the_same_money(money: Money) -> None:
    assert Money.from_minor(money.minor, money.currency) == money


@given(amounts())
def test_json_and_back_is_the_same_money(money: Money) -> None:
    assert Money.model_validate_json(money.model_dump_json()) == money


@given(amounts())
def test_the_text_shows_every_decimal_and_loses_nothing(money: Money) -> None:
    shown, currency = str(money).split(" ")
    assert currency == money.currency
    assert Decimal(shown) == money.amount
    assert len(shown.partition(".")[2]) == CURRENCIES[currency]


@given(currencies, st.integers(1, 9))
def test_one_decimal_too_many_is_refused_even_where_floats_would_round(currency: str, digit: int) -> None:
    smallest = Decimal(digit).scaleb(-CURRENCIES[currency] - 1)
    with pytest.raises(ValidationError, match=f"{currency} has {CURRENCIES[currency]} decimals at the most"):
        Money(amount=smallest, currency=currency)


def test_trailing_zeros_are_not_decimals_too_many() -> None:
    assert Money(amount=Decimal("12.500"), currency="EUR") == Money(amount=Decimal("12.5"), currency="EUR")


@pytest.mark.parametrize("amount", [12.5, 12.0, True, False])
def test_floats_and_booleans_are_refused_however_round_they_look(amount: object) -> None:
    with pytest.raises(ValidationError, match="as text"):
        Money.model_validate({"amount": amount, "currency": "EUR"})


def test_a_json_number_with_decimals_is_refused_and_a_whole_one_is_taken() -> None:
    with pytest.raises(ValidationError, match="as text"):
        Money.model_validate_json('{"amount": 12.50, "currency": "EUR"}')
    assert Money.model_validate_json('{"amount": 12, "currency": "EUR"}').minor == 1200


@pytest.mark.parametrize(
    "amount",
    [
        *("NaN", "sNaN", "Infinity", "-Infinity", "", "twelve", None, [], b"12"),
        *("10000000000000", "-10000000000000", 10**13, "1E+13", "1E+1000000", "-1E+1000000", "1E-1000000", "9" * 5000),
        *(Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity")),
    ],
)
def test_what_is_no_amount_or_a_huge_one_is_refused(amount: object) -> None:
    with pytest.raises(ValidationError):
        Money.model_validate({"amount": amount, "currency": "EUR"})


@pytest.mark.parametrize("currency", ["eur", "EU", "EURO", "€", "", "EUR\n", 978, None])
def test_what_is_no_currency_code_is_refused(currency: object) -> None:
    with pytest.raises(ValidationError):
        Money.model_validate({"amount": "1", "currency": currency})


def test_money_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Money(amount=Decimal(1), currency="EUR").amount = Decimal(2)  # type: ignore[misc]  # that is the test
