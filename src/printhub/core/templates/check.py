"""Looks for templates that cannot be rendered, and for files that nobody looks for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from printhub.core.templates.catalogue import NOTIFICATIONS
from printhub.core.templates.languages import usual
from printhub.core.templates.layers import PARTS, STOREFRONTS, Layers, Source

ANY = "*"
"""Stands for every storefront, language or notification."""
_ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a template, for whom and in which language; `*` is any."""

    storefront: str
    language: str
    notification: str
    what: str
    """File, line, and what was wrong."""


def problem(source: Source, storefront: str, what: str) -> Problem:
    """What is wrong with a file, wherever it is used."""
    folder, _, _ = source.name.partition("/")
    return Problem(storefront or ANY, source.language or ANY, folder if folder in NOTIFICATIONS else ANY, what)


def strays(layers: Layers, storefronts: Sequence[str]) -> Iterator[Problem]:
    """Files and folders whose names are nearly those that are looked for."""
    for own in layers.storefronts():
        if own not in storefronts:
            there_are = ", ".join(sorted(storefronts)) or "none"
            what = f"platform: {STOREFRONTS}/{own}: there is no such storefront; the configuration has: {there_are}"
            yield Problem(own, ANY, ANY, what)
    for storefront in ("", *storefronts):
        for source in layers.files(storefront):
            hint = _hint(source)
            if hint is not None:
                yield problem(source, storefront, f"{source.shown}: {hint}")


def _hint(source: Source) -> str | None:
    folder, _, file = source.name.partition("/")
    if source.language != usual(source.language):
        return f"nobody looks in a folder {source.language}: name it {usual(source.language)}"
    if file in PARTS and folder not in NOTIFICATIONS:
        near = get_close_matches(folder, NOTIFICATIONS, n=1, cutoff=_ALIKE)
        return f"there is no notification {folder}; did you mean {near[0]}?" if near else None
    if folder in NOTIFICATIONS and file not in PARTS:
        near = get_close_matches(file, PARTS, n=1, cutoff=_ALIKE)
        return f"nobody looks for {file}; did you mean {near[0]}?" if near else None
    return None
