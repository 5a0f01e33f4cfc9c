"""Renders the templates of one message: subject, text, HTML and SMS."""

import contextlib
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from traceback import walk_tb
from typing import Any

import css_inline
from inscriptis import get_text
from inscriptis.model.config import ParserConfig
from jinja2 import BaseLoader, Environment, TemplateNotFound, TemplateSyntaxError
from markupsafe import Markup

from printhub.core.model.errors import TemplateInvalid
from printhub.core.render.budget import Budget
from printhub.core.render.environment import Sandbox
from printhub.core.render.fault import reason
from printhub.core.render.text_of import text_of
from printhub.core.templates.layers import LARGEST, PARTS, Layer, Layers, Source
from printhub.core.templates.locale import filters
from printhub.core.templates.rendered import Rendered
from printhub.core.templates.tokens import with_expressions

MOST_CHARACTERS = 1024 * 1024
"""What the parts of one message may have, each."""
_LONGEST_SUBJECT = 200
_BLANKS = re.compile(r"\s+")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_MANY_LINES = re.compile(r"\n{3,}")


class _Loader(BaseLoader):
    """Finds templates by names that carry along for whom they are looked for: `STOREFRONT|de-AT,de|shipped/html.html`.

    `hub:NAME` and `platform:NAME` mean the file of that layer, so that one can extend what it stands over.
    """

    def __init__(self, layers: Layers) -> None:
        self.layers = layers

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:  # noqa: ARG002 - as Jinja says
        found = self.source(template)
        if found is None:
            raise TemplateNotFound(template.rpartition("|")[2])
        path, changed = found.path, found.path.stat().st_mtime_ns
        if found.path.stat().st_size > LARGEST:
            raise TemplateInvalid(f"{found.shown}: a template has {LARGEST} bytes at the most")
        try:
            written = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise TemplateInvalid(f"{found.shown}: it is not UTF-8") from None
        return with_expressions(found.shown, written), str(path), lambda: _is_as_it_was(path, changed)

    def source(self, template: str) -> Source | None:
        storefront, languages, name = template.split("|", 2)
        layer, _, plain = name.rpartition(":")
        wanted = Layer(layer) if layer in set(Layer) else None
        if layer and wanted is None:
            return None
        return self.layers.find(plain, storefront, languages.split(","), layer=wanted)


class _MessageSandbox(Sandbox):
    """The sandbox of messages: it includes and extends within the layers, and escapes in HTML files."""

    def __init__(self, budget: Budget, loader: _Loader) -> None:
        super().__init__(budget, _written)
        self.loader = loader
        self.autoescape = _is_html
        self.filters |= filters()

    def join_path(self, template: str, parent: str) -> str:
        """What a template names is looked for on behalf of the same storefront and in the same languages."""
        return f"{parent.rpartition('|')[0]}|{template}"


class Words:
    """Renders messages. One sandbox; not shared between threads. CPU time is not bounded here: see `worker`."""

    def __init__(self, platform: Path | None = None) -> None:
        """Take templates from the platform's folder, and the hub's own."""
        self.layers = Layers(platform)
        self._budget = Budget(MOST_CHARACTERS)
        self._loader = _Loader(self.layers)
        self._sandbox = _MessageSandbox(self._budget, self._loader)
        self._inliner = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)

    def render(
        self, notification: str, storefront: str, languages: Sequence[str], facts: Mapping[str, Any]
    ) -> Rendered:
        """Render all parts; raises TemplateInvalid naming file, line and what was wrong, never the data."""
        parts = {part: self._part(f"{notification}/{part}", storefront, languages, facts) for part in PARTS}
        if parts["html.html"] is None and parts["text.txt"] is not None:  # it has a common form, made of its text
            parts["html.html"] = self._part("message.html", storefront, languages, facts)
        subject, html, sms = parts["subject.txt"], parts["html.html"], parts["sms.txt"]
        if subject is None or (parts["text.txt"] is None and html is None):
            raise TemplateInvalid(f"{notification}: a message needs subject.txt, and text.txt or html.html")
        if html is not None:
            html = self._inlined(notification, html)
        text = parts["text.txt"] if parts["text.txt"] is not None else _plain(html or "")
        return Rendered(_line(subject), _tidy(text), html, " ".join(sms.split()) if sms is not None else None)

    def part(self, name: str, storefront: str, languages: Sequence[str], facts: Mapping[str, Any]) -> str | None:
        """Render one file; None where there is none of this name."""
        return self._part(name, storefront, languages, facts)

    def _part(self, name: str, storefront: str, languages: Sequence[str], facts: Mapping[str, Any]) -> str | None:
        whole = f"{storefront}|{','.join(languages)}|{name}"
        source = self._loader.source(whole)
        if source is None:
            return None
        self._budget.begin()
        try:
            return self._sandbox.get_template(whole).render(facts)
        except TemplateInvalid:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a template's expression raises is the template's fault
            # Not `from error`: errors of expressions quote the data, and a logged traceback would too.
            raise TemplateInvalid(_said(source, error)) from None

    def _inlined(self, notification: str, html: str) -> str:
        try:
            return self._inliner.inline(html)
        except css_inline.InlineError:
            raise TemplateInvalid(f"{notification}/html.html: its style sheet cannot be read") from None


def _written(value: object) -> str:
    return value if isinstance(value, Markup) else text_of(value)


def _is_html(name: str | None) -> bool:
    return name is not None and name.endswith(".html")


def _is_as_it_was(path: Path, changed: int) -> bool:
    with contextlib.suppress(OSError):
        return path.stat().st_mtime_ns == changed
    return False


def _said(source: Source, error: Exception) -> str:
    """One sentence: the file that was at fault, the line in it, and what was wrong."""
    if isinstance(error, TemplateNotFound):
        return f"{source.shown}: there is no template {error.name!r} for it to use"
    place, line = source.path, None
    if isinstance(error, TemplateSyntaxError):
        place, line = Path(error.filename or source.path), error.lineno
    else:
        # Jinja puts the templates' own lines into the traceback.
        for frame, number in walk_tb(error.__traceback__):
            if frame.f_code.co_filename.endswith((".txt", ".html")):
                place, line = Path(frame.f_code.co_filename), number
    shown = source.shown if place == source.path else f"{source.shown} (in {place.parent.name}/{place.name})"
    with contextlib.suppress(OSError):
        return f"{shown}{f', line {line}' if line else ''}: {reason(place.read_text(encoding='utf-8'), error)}"
    return f"{shown}: {type(error).__name__}"


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
    """The text of HTML, with the targets of its links."""
    return str(get_text(html, ParserConfig(display_links=True)))
