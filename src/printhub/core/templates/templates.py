"""The templates of messages, as the engine asks for them: rendered, listed, checked."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from printhub.core.model.errors import TemplateInvalid
from printhub.core.templates.catalogue import NOTIFICATIONS
from printhub.core.templates.child import Child
from printhub.core.templates.layers import PARTS, Layers, Source
from printhub.core.templates.rendered import Rendered
from printhub.core.templates.sample import sample
from printhub.core.templates.words import Words


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a template, for whom and in which language."""

    storefront: str
    language: str
    notification: str
    what: str
    """File, line, and what was wrong."""


class Templates:
    """Renders messages in a child process whose time and memory are bounded. Safe for threads."""

    def __init__(self, platform: Path | None = None) -> None:
        """Take templates from the platform's folder, where there is one, before the hub's own."""
        self._platform = platform
        self._child = Child(platform)
        self._lock = threading.Lock()
        self.layers = Layers(platform)

    def render(
        self, notification: str, storefront: str, languages: Sequence[str], facts: Mapping[str, Any]
    ) -> Rendered:
        """The words of a message (`facts` is `Facts` as JSON); raises TemplateInvalid naming file and line."""
        asked = {"notification": notification, "storefront": storefront, "languages": list(languages), "facts": facts}
        with self._lock:
            answer = self._child.ask(asked)
        if "invalid" in answer:
            raise TemplateInvalid(answer["invalid"])
        return Rendered(**answer["rendered"])

    def check(self, storefronts: Sequence[str], languages: Sequence[str] = ()) -> Iterator[Problem]:
        """Render every notification with made-up facts, for each storefront and language; yields what is wrong.

        Without `languages` in all that there are.
        """
        for storefront in storefronts:
            for language in languages or self.languages(storefronts):
                yield from self._check(storefront, language)

    def _check(self, storefront: str, language: str) -> Iterator[Problem]:
        for name in NOTIFICATIONS:
            try:
                self.render(name, storefront, _chain(language), sample(name, language, storefront))
            except TemplateInvalid as error:
                yield Problem(storefront, language, name, str(error))

    def languages(self, storefronts: Sequence[str]) -> list[str]:
        """The languages that there are templates in; English is what stands for all."""
        return sorted({"en", *(tag for storefront in storefronts for tag in self.layers.languages(storefront))})

    def listing(self, storefront: str, language: str) -> Iterator[tuple[str, str, Source | None]]:
        """Which file each part of each notification comes from: (notification, part, file)."""
        for name in NOTIFICATIONS:
            for part in PARTS:
                yield name, part, self.layers.find(f"{name}/{part}", storefront, _chain(language))

    def preview(self, notification: str, storefront: str, language: str, facts: Mapping[str, Any]) -> Rendered:
        """Render in this process, for somebody who looks at it; nothing bounds the time."""
        return Words(self._platform).render(notification, storefront, _chain(language), facts)

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._child.close()


def _chain(language: str) -> tuple[str, ...]:
    pieces = language.split("-")
    return tuple("-".join(pieces[:length]) for length in range(len(pieces), 0, -1))
