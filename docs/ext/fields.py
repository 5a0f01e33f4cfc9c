"""The fields of data models, as tables."""

import types
from collections.abc import Iterator
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from docs.ext.markdown import code, table

_WORDS: dict[str, str] = {
    "str": "text",
    "int": "whole number",
    "bool": "true or false",
    "datetime": "time (RFC 3339)",
    "Decimal": "amount as text",
    "UUID": "UUID",
    "Any": "any JSON",
    "bytes": "bytes",
}


def fields(model: type[BaseModel]) -> str:
    """Write a model's fields: name, type, whether it must be there, meaning."""
    rows = [
        [code(name), type_words(field.annotation), _default(field), field.description or ""]
        for name, field in model.model_fields.items()
    ]
    return table(["field", "type", "default", "meaning"], rows, drop_empty=True) if rows else "No fields.\n"


def inner_models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Yield the models that a model's fields hold."""
    for field in model.model_fields.values():
        yield from _models(field.annotation)


def inner_enums(model: type[BaseModel]) -> Iterator[type[Enum]]:
    """Yield the enums that a model's fields hold."""
    for field in model.model_fields.values():
        yield from _enums(field.annotation)


def type_words(annotation: Any) -> str:  # noqa: ANN401 - an annotation can be anything
    """Say in words what values an annotation allows; models and enums link to where they are described."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return type_words(args[0])
    if origin in (Union, types.UnionType):
        words = dict.fromkeys(type_words(arg) for arg in args if arg is not types.NoneType)
        return " or ".join([*words, *(["null"] if types.NoneType in args else [])])
    if origin is Literal:
        return ", ".join(code(arg) for arg in args)
    if origin in (list, tuple, set, frozenset):
        return f"list of {type_words(args[0])}"
    if origin is dict or getattr(origin, "__name__", "") == "Mapping":
        return f"table of {type_words(args[1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel | Enum):
        return f"[{annotation.__name__}](#shape-{annotation.__name__.lower()})"
    name = str(getattr(annotation, "__name__", annotation))
    return "any JSON" if "Json" in name else _WORDS.get(name, name)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    value = field.get_default(call_default_factory=True)
    if value in (None, "", (), {}, frozenset()) or isinstance(value, BaseModel):
        return ""
    return code(str(value).lower() if isinstance(value, bool) else value)


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _enums(annotation: object) -> Iterator[type[Enum]]:
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        yield annotation
    for part in get_args(annotation):
        yield from _enums(part)
