"""The root of all adapter classes: one class per kind stands below it, and plugins subclass those."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from printhub.core.model.verbs import Effect, Kind, Verb

API_VERSION = 1
"""The version of the contract between hub and adapters; the hub serves this one and the one before."""


class AdapterConfig(BaseModel):
    """What an operator writes under `[instances.NAME.config]`; secrets are SecretStr, durations timedelta."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, use_attribute_docstrings=True)


ConfigT = TypeVar("ConfigT", bound=AdapterConfig)


class Adapter(Generic[ConfigT]):
    """Connects the hub to one partner. Subclass the class of your kind, not this one.

    The hub makes one object per worker thread and calls one verb at a time on it. Verbs are methods that are there
    or not. A verb returns a Report or raises one of Rejected, Unavailable, Misconfigured, OutcomeUnknown.
    """

    kind: ClassVar[Kind]
    name: ClassVar[str]
    """What operators write as `adapter = "…"`."""
    api: ClassVar[int] = API_VERSION
    Config: type[ConfigT]
    effects: ClassVar[Mapping[Verb, Effect]] = {}
    """What makes a repeated call safe, per verb; a verb that is not named is BLIND."""

    def __init__(self, config: ConfigT) -> None:
        """Keep the configuration. No I/O here: a connection is opened by the first call that needs it."""
        self.config = config

    def verbs(self) -> frozenset[Verb]:
        """The verbs that it has with this configuration: its methods; override only to leave some out."""
        return frozenset(verb for verb in Verb if callable(getattr(self, verb, None)))

    def effect(self, verb: Verb) -> Effect:
        """What makes a repeated call of `verb` safe with this configuration; override only to lower it."""
        return type(self).effects.get(verb, Effect.BLIND)

    def private_hosts(self) -> Sequence[str] | None:
        """The hosts, addresses and networks off the public internet that `call.http` may lead to; None for any.

        Override where an address is somebody else's to say: what is not listed is refused, whatever its name means.
        """
        return None

    def close(self) -> None:
        """End what the object holds open; called once, from the thread that used it."""


def has_verb(adapter: type[Adapter[ConfigT]], verb: Verb | str) -> bool:
    """Whether the adapter's class has this verb (or `lookup`, `check`)."""
    return callable(getattr(adapter, str(verb), None))
