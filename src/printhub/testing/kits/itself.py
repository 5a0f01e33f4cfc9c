"""What every adapter has to be by itself, of whatever kind: declarations, construction, secrecy, closing."""

import io
import os
import re
import socket
import sys
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import Any, ClassVar

from pydantic import BaseModel, SecretBytes, SecretStr

from printhub.core.model.adapter import API_VERSION, Adapter, AdapterConfig, has_verb
from printhub.core.model.verbs import Effect, Kind, Verb
from printhub.testing.kits.kit import Kit, told

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")


class Itself(Kit):
    """A part of every kit, which says the kind, makes adapters, and brings calls to fail."""

    kind: ClassVar[Kind]

    def adapter(self) -> Adapter[Any]:
        """Make a new adapter; the hook of each kit."""
        raise NotImplementedError

    def failures(self) -> list[Exception]:
        """The errors of calls that met all troubles that the partner can be brought to; skips where there is none."""
        raise NotImplementedError

    def test_the_class_says_what_it_is(self) -> None:
        """Operators choose the class by its name, and the hub checks their configuration with its model."""
        adapter = type(self.adapter())
        assert adapter.kind is self.kind, f"kind is {adapter.kind}; subclass the {self.kind} adapter, leave it alone"
        assert _NAME.fullmatch(adapter.name), f"name {adapter.name!r} should match {_NAME.pattern}"
        assert adapter.api in (API_VERSION, API_VERSION - 1), f"api {adapter.api} is not one that the hub serves"
        assert issubclass(adapter.Config, AdapterConfig), "Config should be a subclass of AdapterConfig"
        settings = adapter.Config.model_config
        assert settings.get("extra") == "forbid", "Config should refuse unknown keys, or a misspelt one goes unnoticed"
        assert settings.get("frozen"), "Config should be frozen: it is shared by all threads"

    def test_every_verb_with_a_declared_effect_is_there(self) -> None:
        """An effect of a missing verb is a misspelling, and LOOKUP needs the method `lookup`."""
        adapter = type(self.adapter())
        for verb, effect in adapter.effects.items():
            assert has_verb(adapter, verb), f"effects names {verb}, and the class has no such method"
            if Effect.LOOKUP in effect:
                assert has_verb(adapter, "lookup"), f"effects says LOOKUP of {verb}, and there is no method lookup"

    def test_the_configuration_only_lowers_effects(self) -> None:
        """`effect(verb)` is at most what the class declares."""
        adapter = self.adapter()
        for verb in Verb:
            declared = type(adapter).effects.get(verb, Effect.BLIND)
            assert adapter.effect(verb) in declared, f"effect({verb}) is more than the {declared} that effects declares"

    def test_making_an_adapter_does_no_io(self) -> None:
        """The hub makes adapters to look at them; a connection is opened by the first call that needs it."""
        done: list[str] = []

        def watch(_frame: FrameType, event: str, function: object) -> None:
            if event == "c_call" and _is_io(function):
                done.append(getattr(function, "__qualname__", repr(function)))

        before = sys.getprofile()
        adapter = self.adapter()
        sys.setprofile(watch)
        try:
            type(adapter)(adapter.config)
        finally:
            sys.setprofile(before)
        assert not done, f"__init__ called {', '.join(done)}; open files and connections in the first call"

    def test_no_secret_is_in_a_repr(self) -> None:
        """Adapter and configuration end up in logs and in the CLI."""
        adapter = self.adapter()
        shown = [repr(adapter), str(adapter), repr(adapter.config), str(adapter.config)]
        for secret in self._secrets():
            assert not any(secret in text for text in shown), "a secret of the configuration shows in a repr or str"

    def test_no_secret_is_in_an_error(self) -> None:
        """The text of an error, and of what caused it, is logged and shown."""
        secrets = self._secrets()
        for error in self.failures():
            assert not any(secret in told(error) for secret in secrets), (
                f"a secret shows in {type(error).__name__} or in what caused it; raise your own text `from None`"
            )

    def test_an_adapter_can_be_closed_twice(self) -> None:
        """Closing what is closed does nothing."""
        adapter = self.adapter()
        adapter.close()
        adapter.close()

    def _secrets(self) -> list[str]:
        secrets = list(_secrets_in(self.adapter().config))
        if not secrets:
            self.cannot("the configuration holds no SecretStr")
        return secrets


def _is_io(function: object) -> bool:
    if function in (io.open, os.open, os.listdir, os.mkdir, socket.getaddrinfo):
        return True
    is_socket = isinstance(getattr(function, "__self__", None), socket.socket)
    return is_socket and getattr(function, "__name__", "") in {"connect", "connect_ex", "bind", "sendto"}


def _secrets_in(value: object) -> Iterator[str]:
    match value:
        case SecretStr() | SecretBytes():
            secret = value.get_secret_value()
            if secret:
                yield secret.decode(errors="replace") if isinstance(secret, bytes) else secret
        case BaseModel():
            for name in type(value).model_fields:
                yield from _secrets_in(getattr(value, name))
        case Mapping():
            for held in value.values():
                yield from _secrets_in(held)
        case list() | tuple() | set() | frozenset():
            for held in value:
                yield from _secrets_in(held)
        case _:
            pass
