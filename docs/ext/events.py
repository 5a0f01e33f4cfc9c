"""The catalogue of events: each type with its fields, an example and its JSON Schema."""

from pydantic import JsonValue

from docs.ext.fields import fields
from docs.ext.markdown import anchor, folded, json_block, prose
from printhub.core.model.events.catalogue import CATALOGUE, OUTGOING
from printhub.core.model.events.fact import Fact
from printhub.core.model.events.partner import PartnerFact
from tests.unit.model.fact_examples import EXAMPLES


def events() -> str:
    """Write every type, by what it is about."""
    groups: dict[str, list[type[Fact]]] = {}
    for type_, model in CATALOGUE.items():
        groups.setdefault(_about(type_, model), []).append(model)
    sections = [f"## {about}\n\n" + "\n".join(_event(model) for model in models) for about, models in groups.items()]
    return "\n".join(sections)


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
