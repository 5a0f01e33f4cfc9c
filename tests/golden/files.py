"""The golden files: where they are, what stands in them, and how they are written."""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from printhub import API_VERSION
from printhub.core.model.record import Message
from tests.golden.examples import EXAMPLES

VERSIONS = (API_VERSION,)
"""The versions of the contract that the hub serves; when there are two, N and N-1."""


def folder(version: int) -> Path:
    return Path(__file__).parent / f"v{version}"


def read(version: int, name: str) -> dict[str, Any]:
    """What crossed the contract then: `full`, and `least`, where every model has its required fields only."""
    golden: dict[str, Any] = json.loads((folder(version) / f"{name}.json").read_text("utf-8"))
    return golden


def written(message: Message) -> dict[str, Any]:
    """What would stand in the golden file of this example."""
    return {"full": json.loads(message.model_dump_json()), "least": _least(message)}


def write() -> None:
    """Write the golden files of the present version anew."""
    folder(API_VERSION).mkdir(exist_ok=True)
    for name, message in EXAMPLES.items():
        text = json.dumps(written(message), indent=2, ensure_ascii=False)
        (folder(API_VERSION) / f"{name}.json").write_text(f"{text}\n", "utf-8")


def _least(value: object) -> object:
    if isinstance(value, BaseModel):
        fields = type(value).model_fields.items()
        return {name: _least(held) for name, field in fields if _stays(held := getattr(value, name), field)}
    if isinstance(value, tuple):
        return [_least(held) for held in value]
    return to_jsonable_python(value)


def _stays(value: object, field: FieldInfo) -> bool:
    first = value[0] if isinstance(value, tuple) and value else value
    return field.is_required() or isinstance(first, BaseModel)
