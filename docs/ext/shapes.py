"""The models and enums that events and messages share, each described once."""

from collections.abc import Iterable
from enum import Enum

from pydantic import BaseModel

from docs.ext.fields import fields, inner_enums, inner_models
from docs.ext.markdown import anchor, code, prose
from printhub import Report
from printhub.core.channels.catalogue import all_channels
from printhub.core.model.events.catalogue import CATALOGUE
from printhub.core.model.statuses import JobStatus


def shapes() -> str:
    """Write all models that stand inside of events, messages and reports."""
    roots: list[type[BaseModel]] = [*CATALOGUE.values(), *(channel.message for channel in all_channels()), Report]
    models: dict[type[BaseModel], None] = {}
    _gather(roots, models)
    return "\n".join(_model(model) for model in sorted(models, key=lambda model: model.__name__))


def words() -> str:
    """Write all enums that stand inside of them."""
    roots: list[type[BaseModel]] = [*CATALOGUE.values(), *(channel.message for channel in all_channels()), Report]
    models: dict[type[BaseModel], None] = {}
    _gather(roots, models)
    enums = {enum for model in (*roots, *models) for enum in inner_enums(model)}
    return "\n".join(_enum(enum) for enum in sorted(enums, key=lambda enum: enum.__name__))


def _gather(found: Iterable[type[BaseModel]], models: dict[type[BaseModel], None]) -> None:
    for model in found:
        fresh = [one for one in inner_models(model) if one not in models]
        models |= dict.fromkeys(fresh)
        _gather(fresh, models)


def _model(model: type[BaseModel]) -> str:
    return f"{_head(model)}\n{fields(model)}"


def _enum(enum: type[Enum]) -> str:
    if enum is JobStatus:
        return f"{_head(enum)}\nAll of them: [statuses](statuses.md).\n"
    return f"{_head(enum)}\nOne of {', '.join(code(member.value) for member in enum)}.\n"


def _head(described: type) -> str:
    name = described.__name__
    return f"{anchor(f'shape-{name.lower()}')}### {name}\n\n{prose(described.__doc__)}\n"
