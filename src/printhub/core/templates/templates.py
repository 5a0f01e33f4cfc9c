"""The templates of messages, as the engine asks for them: rendered, listed, checked."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain as chained
from pathlib import Path
from typing import Any

from printhub.core.model.errors import TemplateInvalid, Unavailable
from printhub.core.templates.catalogue import NOTIFICATIONS
from printhub.core.templates.check import Problem, problem, strays
from printhub.core.templates.child import Child, TooSlow
from printhub.core.templates.languages import chain
from printhub.core.templates.layers import PARTS, Layers, Source
from printhub.core.templates.rendered import Rendered
from printhub.core.templates.sample import samples
from printhub.core.templates.words import Words

_SLOW_FOR = 60.0
"""Seconds for which a template that took too long is not tried again."""


class Templates:
    """Renders messages in a child process whose time and memory are bounded. Safe for threads."""

    def __init__(self, platform: Path | None = None) -> None:
        """Take templates from the platform's folder, where there is one, before the hub's own."""
        self._platform = platform
        self._child = Child(platform)
        self._lock = threading.Lock()
        self._slow: dict[tuple[str, str, tuple[str, ...]], tuple[float, str]] = {}
        self.layers = Layers(platform)

    def render(
        self, notification: str, storefront: str, languages: Sequence[str], facts: Mapping[str, Any]
    ) -> Rendered:
        """The words of a message (`facts` is `Facts` as JSON); raises TemplateInvalid naming file and line.

        What takes too long is Unavailable the first time: the machine may have stood still.
        """
        asked = {"notification": notification, "storefront": storefront, "languages": list(languages), "facts": facts}
        named = (notification, storefront, tuple(languages))
        until, why = self._slow.get(named, (0.0, ""))
        if time.monotonic() < until:
            raise TemplateInvalid(why)  # the messages of all others must not wait for it again
        try:
            rendered = Rendered(**self._ask(asked)["rendered"])
        except TooSlow as error:
            again = named in self._slow
            self._slow[named] = (time.monotonic() + _SLOW_FOR if again else 0.0, str(error))
            if not again:
                raise Unavailable(f"{error}; it is tried once more") from None
            raise
        self._slow.pop(named, None)
        return rendered

    def check(self, storefronts: Sequence[str], languages: Sequence[str] = ()) -> Iterator[Problem]:
        """Render every notification with made-up facts, for each storefront and language; yields what is wrong, once.

        Without `languages` in all that there are. The operator's files that no message uses are compiled too, and those
        are named whose names are misspelt.
        """
        told: set[str] = set()
        spoken = languages or self.languages(storefronts)
        for storefront in storefronts:
            for language in spoken:
                for found in self._rendered(storefront, language):
                    told.add(found.what)
                    yield found
        for found in chained(self._compiled(storefronts), strays(self.layers, storefronts)):
            if found.what not in told:
                yield found

    def _rendered(self, storefront: str, language: str) -> Iterator[Problem]:
        for name in NOTIFICATIONS:
            told: set[str] = set()
            for facts in samples(name, language, storefront):
                try:
                    self.render(name, storefront, (language,), facts)
                except TemplateInvalid as error:
                    if str(error) not in told:
                        yield Problem(storefront, language, name, str(error))
                    told.add(str(error))

    def _compiled(self, storefronts: Sequence[str]) -> Iterator[Problem]:
        for storefront in ("", *storefronts):
            for source in self.layers.files(storefront):
                asked = {"notification": source.name, "layer": source.layer, "storefront": storefront}
                try:
                    self._ask({**asked, "languages": [source.language]})
                except TemplateInvalid as error:
                    yield problem(source, storefront, str(error))

    def _ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        with self._lock:
            answer = self._child.ask(question)
        if "invalid" in answer:
            raise TemplateInvalid(answer["invalid"])
        return answer

    def languages(self, storefronts: Sequence[str]) -> list[str]:
        """The languages that there are templates in; English is what stands for all."""
        return sorted({"en", *(tag for storefront in storefronts for tag in self.layers.languages(storefront))})

    def listing(self, storefront: str, language: str) -> Iterator[tuple[str, str, Source | None]]:
        """Which file each part of each notification comes from: (notification, part, file)."""
        for name in NOTIFICATIONS:
            for part in PARTS:
                yield name, part, self.layers.find(f"{name}/{part}", storefront, chain([language]))

    def preview(self, notification: str, storefront: str, language: str, facts: Mapping[str, Any]) -> Rendered:
        """Render in this process, for somebody who looks at it; nothing bounds the time."""
        return Words(self._platform).render(notification, storefront, chain([language]), facts)

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._child.close()
