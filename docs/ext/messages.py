"""The notifications that the hub knows, and all that a template may speak of."""

import re
from collections.abc import Iterator

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from docs.ext.fields import inner_models, type_words
from docs.ext.markdown import code, table
from printhub.core.templates.catalogue import NOTIFICATIONS
from printhub.core.templates.facts import Facts


def notifications() -> str:
    """Write a table of all notifications."""
    return table(
        ["name", "to", "says", "critical"],
        [
            [code(one.name), one.audience.value, one.meaning, "yes" if one.critical else ""]
            for one in NOTIFICATIONS.values()
        ],
    )


def template_facts() -> str:
    """Write all that a template may use: a table of what stands alone, and one for each thing that has parts."""
    models = dict.fromkeys(inner_models(Facts))
    for model in list(models):
        models |= dict.fromkeys(inner_models(model))
    parts = [model for model in models if model.__module__ == Facts.__module__]
    return "\n".join([_fields(Facts), *(f"**{_name(model)}**\n\n{_fields(model)}" for model in parts)])


def _fields(model: type[BaseModel]) -> str:
    return table(["name", "what", "meaning"], list(_rows(model)), drop_empty=True)


def _rows(model: type[BaseModel]) -> Iterator[list[str]]:
    for name, field in model.model_fields.items():
        yield [code(name), _what(field), field.description or ""]


def _what(field: FieldInfo) -> str:
    words = re.sub(r"\[(\w+)\]\(#[^)]*\)", r"\1", type_words(field.annotation)).removesuffix(" or null")
    return re.sub(r"(\w+)Facts\b", lambda found: found[1].lower(), words).replace("Money", "amount of money")


def _name(model: type[BaseModel]) -> str:
    return model.__name__.removesuffix("Facts").lower()
