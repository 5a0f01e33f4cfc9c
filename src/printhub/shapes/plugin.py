"""A plugin, and what its adapters can do."""

from typing import TYPE_CHECKING, Self

from printhub.core.model.verbs import Effect, Kind, Verb
from printhub.shapes.shape import Shape

if TYPE_CHECKING:  # discovery, which a client does without
    from printhub.core.plugin.discovery import PluginInfo


class AdapterShown(Shape):
    """An adapter of a plugin."""

    name: str
    kind: Kind
    verbs: list[Verb]
    effects: dict[str, list[str]]
    """Of each verb, what keeps a second call from having a second effect; `blind` where nothing does."""


class PluginShown(Shape):
    """A plugin that is installed."""

    name: str
    distribution: str
    version: str
    set_aside: str | None
    """Why it is not used; null where it is."""
    adapters: list[AdapterShown]

    @classmethod
    def of(cls, plugin: "PluginInfo") -> Self:
        """A plugin as it was found."""
        return cls(
            name=plugin.name,
            distribution=plugin.distribution,
            version=plugin.version,
            set_aside=plugin.set_aside,
            adapters=[
                AdapterShown(
                    name=adapter.name,
                    kind=adapter.kind,
                    verbs=list(adapter.verbs),
                    effects={str(verb): _words(effect) for verb, effect in adapter.effects.items()},
                )
                for adapter in plugin.adapters
            ],
        )


def _words(effect: Effect) -> list[str]:
    return [str(one.name).lower() for one in effect] or ["blind"]
