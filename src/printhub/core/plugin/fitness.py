"""Whether a class that a plugin brings keeps the contract between hub and adapters."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from printhub.core.model.adapter import API_VERSION, Adapter, AdapterConfig, has_verb
from printhub.core.model.verbs import Effect, Kind, Verb

SUPPORTED_APIS = tuple(range(max(1, API_VERSION - 1), API_VERSION + 1))
"""The versions of the contract that this hub serves."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")

AdapterClass = type[Adapter[Any]]


def fault(brought: object) -> str | None:
    """What keeps `brought` from being used as an adapter class, in words for its author; None if nothing does."""
    if not (isinstance(brought, type) and issubclass(brought, Adapter)):
        return f"{_called(brought)} is no subclass of Adapter; printhub_adapters returns classes, not objects"
    return next((found for check in _CHECKS if (found := check(brought))), None)


def verbs_of(adapter: AdapterClass) -> tuple[Verb, ...]:
    """The verbs that the class has, in the order of Verb."""
    return tuple(verb for verb in Verb if has_verb(adapter, verb))


def _called(brought: object) -> str:
    return brought.__name__ if isinstance(brought, type) else f"an object of type {type(brought).__name__}"


def _name(adapter: AdapterClass) -> str | None:
    name = getattr(adapter, "name", None)
    if isinstance(name, str) and _NAME.fullmatch(name):
        return None
    return f"{adapter.__name__} needs a `name` of lower-case letters, digits, - and _ (operators write it in the file)"


def _kind(adapter: AdapterClass) -> str | None:
    if isinstance(getattr(adapter, "kind", None), Kind):
        return None
    return f"{adapter.__name__} has no `kind`; subclass MisAdapter, EmailAdapter or another class of a kind"


def _config(adapter: AdapterClass) -> str | None:
    config = getattr(adapter, "Config", None)
    if isinstance(config, type) and issubclass(config, AdapterConfig):
        return None
    return f"{adapter.__name__} needs a `Config`: a subclass of AdapterConfig"


def _api(adapter: AdapterClass) -> str | None:
    if adapter.api in SUPPORTED_APIS:
        return None
    supported = ", ".join(map(str, SUPPORTED_APIS))
    return f"{adapter.__name__} is written for api {adapter.api!r}; this hub serves api {supported}"


def _verbs(adapter: AdapterClass) -> str | None:
    missing = sorted(
        name for name in dir(adapter) if getattr(getattr(adapter, name, None), "__isabstractmethod__", False)
    )
    if missing:
        return f"{adapter.__name__} does not define {', '.join(missing)}, which every {adapter.kind} adapter has"
    if not verbs_of(adapter):
        return f"{adapter.__name__} has no verb; subclass MisAdapter, EmailAdapter or another class of a kind"
    return None


def _effects(adapter: AdapterClass) -> str | None:
    declared: object = adapter.effects
    if not isinstance(declared, Mapping):
        return f"{adapter.__name__}.effects is no mapping of verbs to effects"
    for verb, effect in declared.items():
        if verb not in list(Verb) or not isinstance(effect, Effect):
            return f"{adapter.__name__}.effects maps {verb!r} to {effect!r}; it maps a Verb to an Effect"
        if not has_verb(adapter, verb):
            return f"{adapter.__name__}.effects names {verb}, but the class has no method {verb}"
        if Effect.LOOKUP in effect and not has_verb(adapter, "lookup"):
            return f"{adapter.__name__}.effects declares LOOKUP for {verb}, but the class has no method lookup"
    return None


_CHECKS: tuple[Callable[[AdapterClass], str | None], ...] = (_name, _kind, _config, _api, _verbs, _effects)
