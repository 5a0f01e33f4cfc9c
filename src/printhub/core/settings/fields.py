"""Walks over models: every single setting with its path, as the environment and the reference need them."""

import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, SecretBytes, SecretStr
from pydantic.fields import FieldInfo
from pydantic.json_schema import SkipJsonSchema

Path = tuple[str | int, ...]
"""Where a value stands: keys, and positions in lists."""

_DEEPEST = 8
"""Models that contain themselves end somewhere."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a model."""

    path: Path
    field: FieldInfo

    @property
    def secret(self) -> bool:
        """Whether its value is a secret, or a collection that holds some."""
        return mentions(self.field.annotation, SecretStr, SecretBytes)

    @property
    def collection(self) -> bool:
        """Whether its value is a list or a table, so that text for it has to be JSON."""
        return any(_is_collection(choice) for choice in choices(self.field.annotation))


def walk(model: type[BaseModel], path: Path = ()) -> Iterator[Setting]:
    """Yield every setting of `model`; where a value is a model itself, the settings of that instead."""
    if len(path) > _DEEPEST:
        return
    for name, field in model.model_fields.items():
        if by_hub(field):
            continue
        key = field.validation_alias if isinstance(field.validation_alias, str) else name
        inner = [choice for choice in choices(field.annotation) if is_model(choice)]
        for choice in inner:
            yield from walk(choice, (*path, key))
        if not inner:
            yield Setting((*path, key), field)


def by_hub(field: FieldInfo) -> bool:
    """Whether the hub finds the value itself, so that nobody sets it."""
    return any(type(mark) is SkipJsonSchema for mark in field.metadata)


def choices(annotation: object) -> tuple[Any, ...]:
    """All types that a value may have, without None and without what is annotated to them."""
    if get_origin(annotation) is Annotated:
        return choices(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return tuple(choice for part in get_args(annotation) for choice in choices(part))
    return () if annotation is types.NoneType else (annotation,)


def is_model(annotation: object) -> bool:
    """Whether values of this type are tables with settings of their own."""
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def mentions(annotation: object, *wanted: type) -> bool:
    """Whether one of the types `wanted` occurs anywhere in an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return any(mentions(field.annotation, *wanted) for field in annotation.model_fields.values())
    return annotation in wanted or any(mentions(part, *wanted) for part in get_args(annotation))


def _is_collection(annotation: object) -> bool:
    kind = get_origin(annotation) or annotation
    return isinstance(kind, type) and issubclass(kind, (list, tuple, set, frozenset, dict))
