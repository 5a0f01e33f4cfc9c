"""The filters that templates may use: Jinja's harmless ones, and own versions of those that could grow out of hand."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import wraps
from typing import Any

from jinja2 import Environment, pass_environment
from jinja2.filters import FILTERS

from printhub.core.model.money import Money
from printhub.core.render.budget import MOST_ITEMS, Budget, NotOffered
from printhub.core.render.jsonable import jsonable
from printhub.core.render.text_of import text_of

_HARMLESS = (
    "abs count d default dictsort first float groupby int items last length list map max min reject rejectattr reverse "
    "round select selectattr sort unique"
).split()
_OF_TEXT = (
    "capitalize e escape forceescape lower string striptags title trim truncate upper urlencode wordcount".split()
)
_WIDTH = re.compile(r"%[^%a-zA-Z]*?(?:\*|\d{4})")


def filters(budget: Budget) -> dict[str, Callable[..., Any]]:
    """The filters by name; those that make text spend of `budget`."""

    def join(values: Iterable[Any], separator: str = "", attribute: str | None = None) -> str:
        texts = [text_of(value if attribute is None else value[attribute]) for value in values]
        budget.allow_text(sum(map(len, texts)) + len(separator) * len(texts))
        return str(separator).join(texts)

    def replace(text: object, old: str, new: str) -> str:
        whole = text_of(text)
        budget.allow_text(len(whole) + whole.count(old) * len(new))
        return whole.replace(old, new)

    def indent(text: object, width: int = 4, first: bool = False) -> str:
        lines = text_of(text).split("\n")
        budget.allow_text(sum(map(len, lines)) + len(lines) * width)
        return "\n".join(" " * width + line if line and (first or at) else line for at, line in enumerate(lines))

    def format_(text: str, *values: object) -> str:
        if _WIDTH.search(text):
            raise NotOffered("the filter `format` pads to 999 characters at the most")
        return text % tuple(value if isinstance(value, int | float) else text_of(value) for value in values)

    def batch(values: Iterable[Any], size: int, fill: object = None) -> list[list[Any]]:
        items = list(values)
        if not 0 < size <= MOST_ITEMS:
            raise NotOffered(f"the filter `batch` makes groups of 1 to {MOST_ITEMS}")
        groups = [items[start : start + size] for start in range(0, len(items), size)]
        if groups and fill is not None:
            groups[-1] += [fill] * (size - len(groups[-1]))
        return groups

    def as_json(value: object) -> str:
        return json.dumps(jsonable(value, budget), ensure_ascii=False)

    return {
        **{name: FILTERS[name] for name in _HARMLESS},
        **{name: _of_text(FILTERS[name]) for name in _OF_TEXT},
        "batch": batch,
        "format": format_,
        "indent": indent,
        "join": join,
        "json": as_json,
        "money": money,
        "replace": replace,
        "sum": _sum,
        "tojson": as_json,
    }


def money(value: object) -> str:
    """An amount with all decimals of its currency, as in `12.50 EUR`; takes Money, and Money as it is dumped."""
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, Mapping) and {"amount", "currency"} <= value.keys():
        return str(Money(amount=Decimal(str(value["amount"])), currency=value["currency"]))
    raise TypeError("the filter `money` takes an amount with its currency")


def _of_text(original: Callable[..., Any]) -> Callable[..., Any]:
    at = 1 if hasattr(original, "jinja_pass_arg") else 0  # Jinja hands such a filter the environment first

    @wraps(original)  # which keeps that mark
    def checked(*arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401 - as the filter
        return original(*arguments[:at], text_of(arguments[at]), *arguments[at + 1 :], **keywords)

    return checked


@pass_environment
def _sum(environment: Environment, values: Iterable[Any], attribute: str | None = None, start: float = 0) -> Any:  # noqa: ANN401 - a number of any kind
    if not isinstance(start, int | float | Decimal):
        raise NotOffered("the filter `sum` adds numbers only")
    return FILTERS["sum"](environment, values, attribute, start)
