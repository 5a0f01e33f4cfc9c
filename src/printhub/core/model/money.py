"""Money: a decimal amount with its currency, never a float."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import BeforeValidator, StringConstraints, model_validator

from printhub.core.model.record import Record

# ISO 4217: the currencies whose minor unit is not a hundredth.
_DIGITS = dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0)
_DIGITS |= dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3)


def _decimal(value: object) -> object:
    if isinstance(value, bool | float):
        raise ValueError('expected an amount as text, such as "12.50"; a JSON number with decimals is not exact')
    return value


class Money(Record):
    """An amount in a currency, exact to the currency's minor unit.

    >>> Money(amount=Decimal("12.50"), currency="EUR").minor
    1250
    """

    amount: Annotated[Decimal, BeforeValidator(_decimal)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    """ISO 4217 code."""

    @model_validator(mode="after")
    def _fits_the_currency(self) -> Self:
        if not self.amount.is_finite():
            raise ValueError("expected a finite amount")
        if self.amount.adjusted() >= 13:  # abs() would overflow on 1E+1000000
            raise ValueError("expected an amount below 10 000 000 000 000")
        if self.amount != round(self.amount, digits_of(self.currency)):
            raise ValueError(f"{self.currency} has {digits_of(self.currency)} decimals at the most")
        return self

    @property
    def minor(self) -> int:
        """The amount in minor units (cents, say), as the store keeps it."""
        return int(self.amount.scaleb(digits_of(self.currency)))

    @classmethod
    def from_minor(cls, minor: int, currency: str) -> Self:
        """The amount that `minor` units of `currency` are."""
        return cls(amount=Decimal(minor).scaleb(-digits_of(currency)), currency=currency)

    def __str__(self) -> str:
        """The amount with all its decimals, then the currency: `12.50 EUR`."""
        return f"{self.amount:.{digits_of(self.currency)}f} {self.currency}"


def digits_of(currency: str) -> int:
    """How many decimals `currency` has (ISO 4217): two, unless it is one of the few others."""
    return _DIGITS.get(currency, 2)
