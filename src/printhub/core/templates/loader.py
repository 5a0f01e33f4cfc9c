"""Loads template files for Jinja, on behalf of one storefront and the languages of one reader."""

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path

from jinja2 import BaseLoader, Environment, TemplateNotFound

from printhub.core.model.errors import TemplateInvalid
from printhub.core.templates.layers import LARGEST, Layer, Layers, Source
from printhub.core.templates.tokens import with_expressions


def asked(name: str, storefront: str, languages: Sequence[str]) -> str:
    """The name that Jinja knows a template by; it carries along for whom it is looked for."""
    return f"{storefront}|{','.join(languages)}|{name}"


def beside(name: str, parent: str) -> str:
    """A template that another one names: looked for on behalf of the same storefront and in the same languages."""
    return f"{parent.rpartition('|')[0]}|{name}"


class Loader(BaseLoader):
    """Finds templates by names such as `STOREFRONT|de-AT,de|shipped/html.html`.

    `hub:NAME` and `platform:NAME` mean the file of that layer, so that one can extend what it stands over.
    """

    def __init__(self, layers: Layers) -> None:
        """Look in these layers."""
        self._layers = layers

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:  # noqa: ARG002 - as Jinja says
        """The template with its tokens translated, its file, and whether that is as it was."""
        found = self.source(template)
        if found is None:
            raise TemplateNotFound(template.rpartition("|")[2])
        path, state = found.path, found.path.stat()
        if state.st_size > LARGEST:
            raise TemplateInvalid(f"{found.shown}: a template has {LARGEST} bytes at the most")
        try:
            written = path.read_text(encoding="utf-8-sig")  # some editors begin UTF-8 with a mark
        except UnicodeDecodeError:
            raise TemplateInvalid(f"{found.shown}: it is not UTF-8") from None
        return (
            with_expressions(found.shown, written),
            str(path),
            lambda: self._is_as_it_was(template, path, state.st_mtime_ns),
        )

    def source(self, template: str) -> Source | None:
        """The file that such a name means; None where there is none."""
        storefront, languages, name = template.split("|", 2)
        layer, _, plain = name.rpartition(":")
        wanted = Layer(layer) if layer in set(Layer) else None
        if layer and wanted is None:
            return None
        return self._layers.find(plain, storefront, languages.split(","), layer=wanted)

    def _is_as_it_was(self, template: str, path: Path, changed: int) -> bool:
        found = self.source(template)  # another file may have come that is preferred to it
        with contextlib.suppress(OSError):
            return found is not None and found.path == path and path.stat().st_mtime_ns == changed
        return False
