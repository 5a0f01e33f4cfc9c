"""The hooks that a plugin may implement. There is one; all else is in the adapter classes that it returns."""

from typing import Any

import pluggy

from printhub.core.model.adapter import Adapter

PROJECT = "printhub"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks the function of a plugin that implements a hook."""


@hookspec
def printhub_adapters() -> list[type[Adapter[Any]]]:  # type: ignore[empty-body] # a hook spec holds no code
    """Return the adapter classes that the plugin brings; called once, when plugins are discovered."""
