"""Values that templates compute, as JSON knows them."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import Undefined
from pydantic import TypeAdapter

from printhub.core.render.budget import Budget, NotOffered

_ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)
_LEAST = 8  # characters that every value counts for: a nested list that holds itself twice grows by doubling


def jsonable(value: object, budget: Budget) -> Any:  # noqa: ANN401 - JSON
    """`value` in dicts, lists, text, numbers, booleans and None, counted against `budget`.

    Dates become ISO 8601 text and decimals text, as pydantic writes them. Raises NotOffered for what JSON cannot say.
    """
    match value:
        case None | bool():
            budget.spend(_LEAST)
            return value
        case Undefined():
            return str(value)  # raises Jinja's own error, which names what is missing
        case str():
            budget.spend(len(value) + _LEAST)
            return str(value)
        case float() if not math.isfinite(value):
            raise NotOffered("JSON has no infinite number")
        case int() | float():
            budget.spend(_LEAST)
            return value
        case Mapping():
            budget.spend(_LEAST)
            return {_key(key): jsonable(inner, budget) for key, inner in value.items()}
        case list() | tuple() | set() | frozenset() | range() | Iterator():
            budget.spend(_LEAST)
            return [jsonable(inner, budget) for inner in value]
        case _:
            return jsonable(_plain(value), budget)


def _plain(value: object) -> Any:  # noqa: ANN401 - JSON
    try:
        return _ANYTHING.dump_python(value, mode="json")
    except ValueError:
        raise NotOffered(f"JSON cannot say a value of type {type(value).__name__!r}") from None


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise NotOffered("the keys of a JSON object are text")
    return str(key)
