"""Renders the templates of one message: subject, text, HTML and SMS."""

import contextlib
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from traceback import walk_tb
from typing import Any, TypeVar

import css_inline
from inscriptis import get_text
from inscriptis.model.config import ParserConfig
from jinja2 import Template, TemplateNotFound, TemplateSyntaxError
from markupsafe import Markup

from printhub.core.model.errors import TemplateInvalid
from printhub.core.render.budget import Budget
from printhub.core.render.environment import Sandbox
from printhub.core.render.fault import reason
from printhub.core.render.text_of import text_of
from printhub.core.templates import forms, locale
from printhub.core.templates.languages import chain, spoken
from printhub.core.templates.layers import PARTS, Layer, Layers, Source
from printhub.core.templates.loader import Loader, asked, beside
from printhub.core.templates.rendered import Rendered

Result = TypeVar("Result")

MOST_CHARACTERS = 1024 * 1024
"""What the parts of one message may have, each."""
_LONGEST_SUBJECT = 200
_LANGUAGE_OF_THE_HUB = "en"
"""That of the hub's own words where they lie in no folder of a language."""
_COMMON_FORM = "message.html"
_BLANKS = re.compile(r"\s+")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_MANY_LINES = re.compile(r"\n{3,}")


class _MessageSandbox(Sandbox):
    """The sandbox of messages: it includes and extends within the layers, and escapes in HTML files."""

    def __init__(self, budget: Budget, loader: Loader) -> None:
        super().__init__(budget, _written)
        self.loader = loader
        self.autoescape = _is_html
        self.filters |= locale.filters() | forms.filters()

    def join_path(self, template: str, parent: str) -> str:
        return beside(template, parent)


class Words:
    """Renders messages. One sandbox; not shared between threads. CPU time is not bounded here: see `worker`."""

    def __init__(self, platform: Path | None = None) -> None:
        """Take templates from the platform's folder, and the hub's own."""
        self.layers = Layers(platform)
        self._budget = Budget(MOST_CHARACTERS)
        self._loader = Loader(self.layers)
        self._sandbox = _MessageSandbox(self._budget, self._loader)
        self._inliner = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)

    def render(
        self, notification: str, storefront: str, languages: Sequence[str], facts: Mapping[str, Any]
    ) -> Rendered:
        """Render all parts; raises TemplateInvalid naming file, line and what was wrong, never the data.

        Text and HTML say the same: the one whose template comes from a lower layer gives way, and is made of the other.
        """
        wanted = chain(languages)
        found = (self.layers.find(f"{notification}/{part}", storefront, wanted) for part in PARTS)
        subject, text, html, short = found
        main = _upper(text, html)
        if subject is None or main is None:
            raise TemplateInvalid(f"{notification}: a message needs subject.txt, and text.txt or html.html")
        facts = {**facts, "language": _language(main, wanted) or facts["language"]}

        write = partial(self._part, storefront=storefront, languages=wanted, facts=facts)
        line = _line(write(subject.name))
        plain = write(text.name) if text and text.layer is main.layer else None
        whole = write(html.name if html and html.layer is main.layer else _COMMON_FORM)
        whole = self._inlined(notification, whole)
        plain = _plain(whole) if plain is None else plain
        sms = " ".join(write(short.name).split()) if short else ""
        return Rendered(line, _tidy(plain), whole, sms or None)

    def compile(self, name: str, layer: Layer, storefront: str, languages: Sequence[str]) -> None:
        """Compile one file of a layer and do not render it; raises TemplateInvalid."""
        self._guarded(asked(f"{layer}:{name}", storefront, languages), _nothing)

    def _part(self, name: str, storefront: str, languages: Sequence[str], facts: Mapping[str, Any]) -> str:
        self._budget.begin()
        return self._guarded(asked(name, storefront, languages), lambda template: template.render(facts))

    def _guarded(self, name: str, act: Callable[[Template], Result]) -> Result:
        try:
            return act(self._sandbox.get_template(name))
        except (TemplateInvalid, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever a template's expression raises is the template's fault
            # Not `from error`: errors of expressions quote the data, and a logged traceback would too.
            raise TemplateInvalid(self._said(name, error)) from None

    def _said(self, name: str, error: Exception) -> str:
        """One sentence: the file that was at fault, the line in it, and what was wrong."""
        source = self._loader.source(name)
        if source is None:
            return f"{name.rpartition('|')[2]}: there is no such template"
        if isinstance(error, TemplateNotFound):
            return f"{source.shown}: there is no template {error.name!r} for it to use"
        path, line = source.path, None
        if isinstance(error, TemplateSyntaxError):
            path, line = Path(error.filename or path), error.lineno
        else:
            # Jinja puts the templates' own lines into the traceback.
            for frame, number in walk_tb(error.__traceback__):
                if frame.f_code.co_filename.endswith((".txt", ".html")):
                    path, line = Path(frame.f_code.co_filename), number
        place = self.layers.shown(path, name.partition("|")[0]) + (f", line {line}" if line else "")
        with contextlib.suppress(OSError):
            return f"{place}: {reason(path.read_text(encoding='utf-8'), error)}"
        return f"{place}: {type(error).__name__}"

    def _inlined(self, notification: str, html: str) -> str:
        try:
            return self._inliner.inline(html)
        except css_inline.InlineError:
            raise TemplateInvalid(f"{notification}/html.html: its style sheet cannot be read") from None


def _nothing(_template: Template) -> None:
    pass


def _upper(text: Source | None, html: Source | None) -> Source | None:
    """Of the two the one of the upper layer, whose words count."""
    order = list(Layer)
    return min(filter(None, (text, html)), key=lambda source: order.index(source.layer), default=None)


def _language(source: Source, wanted: Sequence[str]) -> str | None:
    """The language that the words are in, and so their dates and amounts; None where only the operator knows it."""
    found = source.language or (_LANGUAGE_OF_THE_HUB if source.layer is Layer.HUB else "")
    return spoken(found, wanted) if found else None


def _written(value: object) -> str:
    return value if isinstance(value, Markup) else text_of(value)


def _is_html(name: str | None) -> bool:
    return name is not None and name.endswith(".html")


def _line(text: str) -> str:
    """A subject: one line, or what follows it would be headers."""
    line = _UNPRINTABLE.sub("", _BLANKS.sub(" ", text)).strip()
    if not line:
        raise TemplateInvalid("subject.txt: the subject is empty")
    return line if len(line) <= _LONGEST_SUBJECT else f"{line[: _LONGEST_SUBJECT - 1]}…"


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in _UNPRINTABLE.sub("", text.replace("\r\n", "\n")).split("\n")]
    return _MANY_LINES.sub("\n\n", "\n".join(lines)).strip() + "\n"


def _plain(html: str) -> str:
    """The text of HTML, with the targets of its links, and without the indents that come of its layout."""
    lines = str(get_text(html, ParserConfig(display_links=True))).splitlines()
    return "\n".join(line.strip() for line in lines)
