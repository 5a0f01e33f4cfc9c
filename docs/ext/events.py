"""The catalogue of events: each type with its fields, an example and its JSON Schema."""

from collections.abc import Iterable
from enum import Enum

from pydantic import BaseModel, JsonValue

from docs.ext.fields import fields, inner_enums, inner_models
from docs.ext.markdown import anchor, code, folded, json_block, prose
from printhub.core.model.events.catalogue import CATALOGUE, OUTGOING
from printhub.core.model.events.fact import Fact
from printhub.core.model.events.partner import PartnerFact
from printhub.core.model.statuses import JobStatus
from tests.unit.model.fact_examples import EXAMPLES

_DEEPEST = 6


def events() -> str:
    """Write every type, by what it is about."""
    groups: dict[str, list[type[Fact]]] = {}
    for type_, model in CATALOGUE.items():
        groups.setdefault(_about(type_, model), []).append(model)
    sections = [f"## {about}\n\n" + "\n".join(_event(model) for model in models) for about, models in groups.items()]
    return "\n".join(sections)


def shapes() -> str:
    """Write the models and enums that the types share, each once."""
    models: dict[type[BaseModel], None] = {}
    _gather(CATALOGUE.values(), models, 0)
    enums: dict[type[Enum], None] = {}
    for model in (*CATALOGUE.values(), *models):
        enums |= dict.fromkeys(inner_enums(model))
    written = [
        f"{anchor(f'shape-{model.__name__.lower()}')}### {model.__name__}\n\n{prose(model.__doc__)}\n\n{fields(model)}"
        for model in models
    ]
    return "\n".join([*written, *(_enum(enum) for enum in enums)])


def _event(model: type[Fact]) -> str:
    envelope: dict[str, JsonValue] = {
        "specversion": "1.0",
        "id": "6f1c",
        "source": "https://shop.example/",
        "type": model.type,
        "time": "2026-11-22T09:30:00Z",
        "data": EXAMPLES[model.type],
    }
    if model.type in OUTGOING or issubclass(model, PartnerFact):
        envelope["source"] = "urn:printhub:instance:acme" if issubclass(model, PartnerFact) else "urn:printhub:hub"
    return "\n".join(
        [
            f"{anchor(model.type)}### {model.type}\n",
            f"{prose(model.__doc__)}\n",
            fields(model),
            folded("Example", json_block(envelope)),
            folded("JSON Schema of <code>data</code>", json_block(model.model_json_schema())),
        ]
    )


def _about(type_: str, model: type[Fact]) -> str:
    if type_ in OUTGOING:
        return "What the hub says"
    if issubclass(model, PartnerFact):
        return "What partners say"
    return "Of a job" if type_.startswith("printhub.job.") else "Of an order"


def _gather(found: Iterable[type[BaseModel]], models: dict[type[BaseModel], None], depth: int) -> None:
    for model in found:
        inner = dict.fromkeys(inner_models(model))
        fresh = [one for one in inner if one not in models]
        models |= dict.fromkeys(fresh)
        if depth < _DEEPEST:
            _gather(fresh, models, depth + 1)


def _enum(enum: type[Enum]) -> str:
    head = f"{anchor(f'shape-{enum.__name__.lower()}')}### {enum.__name__}\n\n{prose(enum.__doc__)}\n"
    if enum is JobStatus:
        return f"{head}\nAll of them: [statuses](statuses.md).\n"
    return f"{head}\nOne of {', '.join(code(member.value) for member in enum)}.\n"
