"""Amounts as Stripe writes them: whole numbers of a currency's smallest unit, by the table in `currencies.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from types import MappingProxyType

from printhub import Money, Rejected


@dataclass(frozen=True, slots=True)
class _Writing:
    decimals: int
    step: int
    """What the number must be a multiple of."""


_USUAL = _Writing(2, 1)


def _table() -> Mapping[str, _Writing]:
    listed = tomllib.loads(files(__package__).joinpath("currencies.toml").read_text(encoding="utf-8"))
    kinds = {"zero": _Writing(0, 1), "two_zeros": _Writing(2, 100), "three": _Writing(3, 10)}
    return MappingProxyType({currency: kinds[kind] for kind, named in listed.items() for currency in named})


_TABLE = _table()


def to_stripe(money: Money) -> int:
    """The amount in Stripe's units; raises Rejected for one that is not positive, or that Stripe cannot write."""
    writing = _TABLE.get(money.currency, _USUAL)
    number = money.amount.scaleb(writing.decimals)
    if number <= 0:
        raise Rejected("the amount to give back is not more than zero")
    if number % writing.step:
        raise Rejected(f"Stripe does not write amounts in {money.currency} as finely as this one")
    return int(number)


def from_stripe(number: int, currency: str) -> Money:
    """The money that `number` of Stripe's units of a currency are, in whatever case Stripe writes that."""
    currency = currency.upper()
    return Money(amount=Decimal(number).scaleb(-_TABLE.get(currency, _USUAL).decimals), currency=currency)
