"""Where templates come from: the hub's own, the platform's over them, a storefront's over those; in each, languages.

A name such as `shipped/html.html` is looked for in the most wanted language first, and for each language in the
storefront's folder, the platform's, and the hub's. So a text that exists in the customer's language is preferred to one
that does not, and what the storefront wrote to what others wrote.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from printhub.core.templates.languages import LANGUAGE

LARGEST = 256 * 1024
"""Bytes of a template."""
PARTS = ("subject.txt", "text.txt", "html.html", "sms.txt")
"""The files of a notification; only the subject, and a text or HTML, have to be there."""
STOREFRONTS = "storefronts"
"""The folder of the platform's in which each storefront has its own."""
_SUFFIXES = (".txt", ".html")
_HUB = Path(__file__).parent / "defaults"
_PIECE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


class Layer(StrEnum):
    """Whose templates they are."""

    STOREFRONT = "storefront"
    PLATFORM = "platform"
    HUB = "hub"


@dataclass(frozen=True, slots=True)
class Source:
    """One template file: whose it is, in which language (empty for the one that needs none), and where it lies."""

    name: str
    layer: Layer
    language: str
    path: Path

    @property
    def shown(self) -> str:
        """Its place for people: `platform: de/shipped/html.html`."""
        folder, _, file = self.name.rpartition("/")
        return f"{self.layer}: {'/'.join(filter(None, (folder, self.language, file)))}"


class Layers:
    """The folders of templates, one for each notification: `shipped/html.html`, and in German `shipped/de/html.html`.

    The platform's folder is the operator's; that of a storefront is `storefronts/NAME` in it.
    """

    def __init__(self, platform: Path | None = None) -> None:
        """Look in the platform's folder, where there is one, before the hub's own."""
        self._platform = platform

    def find(
        self, name: str, storefront: str, languages: Sequence[str], *, layer: Layer | None = None
    ) -> Source | None:
        """The file that a name means; of one layer alone, where that is said. None where there is none."""
        if not _is_plain(name):
            return None
        for language in (*filter(LANGUAGE.fullmatch, languages), ""):
            for at, root in self._roots(storefront):
                path = (root / name).parent / language / name.rpartition("/")[2]
                if layer in (None, at) and path.is_file() and (at is Layer.HUB or _lies_in(path, root)):
                    return Source(name, at, language, path)
        return None

    def languages(self, storefront: str = "") -> list[str]:
        """The languages that any layer has a folder for."""
        found: set[str] = set()
        for _, root in self._roots(storefront):
            folders = (one for one in root.glob("*/*") if one.is_dir() and one.parent.name != STOREFRONTS)
            found |= {one.name for one in folders if LANGUAGE.fullmatch(one.name)}
        return sorted(found)

    def shown(self, path: Path, storefront: str) -> str:
        """The place of a file for people: `platform: shipped/de/html.html`."""
        for layer, root in self._roots(storefront):
            if path.is_relative_to(root):
                return f"{layer}: {path.relative_to(root).as_posix()}"
        return path.name

    def files(self, storefront: str = "") -> Iterator[Source]:
        """The operator's own templates: the storefront's, or the platform's where none is named."""
        wanted = Layer.STOREFRONT if storefront else Layer.PLATFORM
        for layer, root in self._roots(storefront):
            for path in sorted(root.rglob("*")) if layer is wanted else ():
                pieces = path.relative_to(root).parts
                is_one = path.suffix in _SUFFIXES and path.is_file() and all(map(_PIECE.fullmatch, pieces))
                if is_one and (layer is Layer.STOREFRONT or pieces[0] != STOREFRONTS):
                    language = next(filter(LANGUAGE.fullmatch, pieces[-2:-1]), "")
                    yield Source("/".join((*pieces[: -2 if language else -1], pieces[-1])), layer, language, path)

    def storefronts(self) -> list[str]:
        """The storefronts that have templates of their own."""
        folder = self._platform / STOREFRONTS if self._platform else None
        return sorted(one.name for one in folder.iterdir() if one.is_dir()) if folder and folder.is_dir() else []

    def _roots(self, storefront: str) -> Iterator[tuple[Layer, Path]]:
        if self._platform is not None:
            own = self._platform / STOREFRONTS / storefront
            if _PIECE.fullmatch(storefront) and own.is_dir():
                yield Layer.STOREFRONT, own
            if self._platform.is_dir():
                yield Layer.PLATFORM, self._platform
        yield Layer.HUB, _HUB


def _is_plain(name: str) -> bool:
    first, *others = name.split("/")
    is_anothers = first.casefold() == STOREFRONTS  # where disks do not tell letters apart, `Storefronts` is it too
    return all(map(_PIECE.fullmatch, (first, *others))) and not is_anothers


def _lies_in(path: Path, root: Path) -> bool:
    """Whether a file is the folder's own, and no link leads out of it."""
    return path.resolve().is_relative_to(root.resolve())
