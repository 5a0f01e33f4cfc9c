"""Describes the configuration to people and to editors, from the models themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import AnyUrl, BaseModel, SecretBytes, SecretStr, create_model
from pydantic.errors import PydanticInvalidForJsonSchema
from pydantic.fields import FieldInfo

from printhub.core.model.adapter import AdapterConfig
from printhub.core.model.duration import duration_text
from printhub.core.plugin.discovery import Plugins
from printhub.core.settings.fields import by_hub, choices, is_model
from printhub.core.settings.sections import InstanceSettings, Name
from printhub.core.settings.settings import Settings

_WORDS: dict[type, str] = {
    bool: "true or false",
    int: "whole number",
    float: "number",
    timedelta: "duration",
    Path: "path",
    SecretStr: "secret",
    SecretBytes: "secret",
    AnyUrl: "URL",
    str: "text",
}


@dataclass(frozen=True, slots=True)
class SettingDoc:
    """One setting, as the reference shows it."""

    path: str
    """Where it stands: `instances.NAME.retry.jitter`, `routes[].instances`."""
    type: str
    default: str | None
    """What counts if it is left out, in TOML; None if it must be there."""
    meaning: str


def describe(model: type[BaseModel] = Settings) -> list[SettingDoc]:
    """Describe all settings of the file, or those of a plugin's Config."""
    return list(_described(model, ""))


def schema(plugins: Plugins) -> dict[str, Any]:
    """Build the JSON schema of the file, with the settings of the adapters that are there."""
    instances = [_instance_model(name, adapter.Config) for name, adapter in sorted(plugins.adapters.items())]
    # Union[...] of a list that is made here cannot be written with |.
    either: Any = Union[tuple(instances)] if instances else InstanceSettings  # noqa: UP007
    file = create_model("PrintHubToml", __base__=Settings, instances=(dict[Name, either], {}))
    whole = file.model_json_schema()
    for model in whole.get("$defs", {}).values():
        _without_secrets_required(model)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **whole, "title": "printhub.toml"}


def _instance_model(name: str, config: type[AdapterConfig]) -> type[BaseModel]:
    one_name: Any = Literal[name]
    settings: Any = config
    try:
        config.model_json_schema()
    except PydanticInvalidForJsonSchema:
        # A Config with a type that JSON schema cannot express is still a good Config.
        settings = dict[str, Any]
    return create_model(
        f"Instance of {name}", __base__=InstanceSettings, adapter=(one_name, ...), config=(settings, {})
    )


def _without_secrets_required(model: dict[str, Any]) -> None:
    """A secret may come from the environment or a secret file, so that the file is right without it."""
    properties = model.get("properties", {})
    required = [key for key in model.get("required", []) if not properties.get(key, {}).get("writeOnly")]
    model.pop("required", None)
    if required:
        model["required"] = required


def _described(model: type[BaseModel], prefix: str) -> Iterator[SettingDoc]:
    for name, field in model.model_fields.items():
        if by_hub(field):
            continue
        path = f"{prefix}{name}"
        inner = _inner(field)
        if inner:
            step, models = inner
            for one in models:
                yield from _described(one, f"{path}{step}.")
        else:
            yield SettingDoc(path, _type(field.annotation), _default(field), _meaning(field))


def _inner(field: FieldInfo) -> tuple[str, list[type[BaseModel]]] | None:
    """The models that a field holds, and how a path steps into them; an adapter's config is described by itself."""
    for choice in choices(field.annotation):
        if choice is AdapterConfig:
            return None
        if is_model(choice):
            return "", [one for one in choices(field.annotation) if is_model(one)]
        of = [inner for part in get_args(choice) for inner in choices(part) if is_model(inner)]
        if of:
            return ("[]" if get_origin(choice) in (list, tuple) else ".NAME"), of
    return None


def _type(annotation: object) -> str:
    return " or ".join(dict.fromkeys(_type_word(choice) for choice in choices(annotation)))


def _type_word(kind: object) -> str:
    origin = get_origin(kind)
    if origin in (list, tuple, set, frozenset):
        return f"list of {_type(get_args(kind)[0])}"
    if origin is Literal:
        return ", ".join(f'"{value}"' for value in get_args(kind))
    if not isinstance(kind, type) or issubclass(kind, (dict, BaseModel)):
        return "table"
    if issubclass(kind, StrEnum):
        return ", ".join(f'"{member}"' for member in kind)
    return next((word for known, word in _WORDS.items() if issubclass(kind, known)), kind.__name__)


def _default(field: FieldInfo) -> str | None:
    if field.is_required():
        return None
    return _toml(field.get_default(call_default_factory=True))


def _toml(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case timedelta():
            return f'"{duration_text(value)}"'
        case tuple() | list():
            return f"[{', '.join(_toml(one) for one in value)}]"
        case str() | Path():
            return f'"{value}"'
        case _:
            return str(value)


def _meaning(field: FieldInfo) -> str:
    return " ".join((field.description or "").split())
