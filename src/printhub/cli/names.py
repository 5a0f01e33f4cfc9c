"""Names and words that operators type: what nobody knows is refused, with what is like it or could be meant."""

import difflib
from collections.abc import Collection, Iterable
from functools import partial
from typing import Any

import click

from printhub.core.hub import Hub
from printhub.core.model.errors import not_configured
from printhub.core.store import deliveries, dossiers

_FEW = 40
"""So many words can all be named."""
_LIKE = 0.75
"""How alike two words are, from 0 to 1, that may be meant for each other."""


class Words(click.Choice[str]):
    """Words of a list, whatever their capital letters; `what` names them in errors."""

    def __init__(self, words: Iterable[str], what: str) -> None:
        """Take one of these."""
        super().__init__([str(word) for word in words], case_sensitive=False)
        self._what = what

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401 - click's interface
        """Read one, as it is written in the list."""
        try:
            return str(super().convert(value, param, ctx))
        except click.BadParameter:
            self.fail(f"{value!r} is no {self._what}; {instead_of(str(value), self.choices)}", param, ctx)


def require_known(hub: Hub, *, instances: Iterable[str] = (), storefronts: Iterable[str] = ()) -> None:
    """Raise UsageError for a name that neither the configuration nor the store knows.

    What was taken out of the configuration may still have work in the store, and can be asked for.
    """
    for name in instances:
        if name not in hub.settings.instances and not hub.store.read(partial(deliveries.any_at, instance=name)):
            raise click.UsageError(not_configured("instance", name, hub.settings.instances))
    for name in storefronts:
        if name not in hub.settings.storefronts and not hub.store.read(partial(dossiers.any_from, storefront=name)):
            raise click.UsageError(not_configured("storefront", name, hub.settings.storefronts))


def instead_of(word: str, words: Collection[str]) -> str:
    """What could be meant by a word that is none of these: what is like it, else all of few, or where they stand."""
    by_lower = {str(known).lower(): str(known) for known in words}
    near = [by_lower[low] for low in difflib.get_close_matches(word.lower(), by_lower, cutoff=_LIKE)]
    if near:
        return f"perhaps {' or '.join(near)} is meant"
    if len(by_lower) <= _FEW:
        return f"it is one of {', '.join(by_lower.values())}"
    return f"the documentation lists all {len(by_lower)}"
