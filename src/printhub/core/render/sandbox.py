"""Renders operators' Jinja2 templates in a sandbox, so that a template can neither reach out nor eat up the memory."""

from collections.abc import Callable, Mapping
from datetime import date, time
from functools import lru_cache, partial
from typing import Any, TypeVar

from jinja2.environment import TemplateExpression

from printhub.core.model.errors import TemplateInvalid
from printhub.core.render.budget import Budget
from printhub.core.render.compiled import compile_json_text, compile_leaf, compile_text
from printhub.core.render.environment import Sandbox
from printhub.core.render.fault import fault
from printhub.core.render.json_text import Markers, parse
from printhub.core.render.jsonable import jsonable
from printhub.core.render.text_of import text_of

Result = TypeVar("Result")

JsonTemplate = str | int | float | bool | None | date | time | list[Any] | dict[str, Any]


class Renderer:
    """One sandbox; compiled templates are kept, so make one and use it again. Not shared between threads.

    Facts are plain values: dump models first (`model_dump(mode="json")`). A missing fact is an error; None is written
    as nothing. Templates may use no loader, no Python insides and only the filters of `render/filters.py`.

    Bounded are the length of what a rendering writes (`most_characters`), of every text, list and number that it
    makes on the way, and of the template itself. CPU time is **not** bounded: nested loops that write nothing can run
    for minutes. Only those who may edit the configuration may write templates.

    Every method raises TemplateInvalid naming template and line and what was wrong, never the data.
    """

    def __init__(self, *, most_characters: int = 2 * 1024 * 1024, most_templates: int = 1024) -> None:
        """Make an empty sandbox that keeps up to `most_templates` compiled templates of each form."""
        self._budget = Budget(most_characters)
        self._markers = Markers()
        self._text = Sandbox(self._budget, text_of)
        self._json_text = Sandbox(self._budget, self._mark)
        self._json_text.filters |= {"json": _unchanged, "tojson": _unchanged}  # `| json` would quote a second time
        self._compiled_text = lru_cache(most_templates)(partial(compile_text, self._text))
        self._compiled_json_text = lru_cache(most_templates)(partial(compile_json_text, self._json_text))
        self._compiled_leaf = lru_cache(most_templates)(partial(compile_leaf, self._text))

    def text(self, name: str, template: str, facts: Mapping[str, Any]) -> str:
        """Render `template` with `facts` to text; nothing is escaped."""
        self._budget.begin()
        return self._guarded(name, template, lambda: self._compiled_text(template).render(facts))

    def json(self, name: str, template: JsonTemplate, facts: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """Render a JSON template to dicts, lists, text, numbers, booleans and None; no value can change its structure.

        A structure, as TOML gives it: each text in it is a template, and one that is a single `{{ expression }}` gives
        the expression's own type. Keys are taken as they are. A text: JSON in which `{{ }}` writes a value as JSON, or,
        between quotes, as part of that string; what it writes is parsed.
        """
        self._budget.begin()
        if not isinstance(template, str):
            return self._structure(name, template, facts)
        return self._guarded(name, template, lambda: self._written_json(template, facts))

    def check(self, name: str, template: JsonTemplate, *, as_json: bool = False) -> None:
        """Compile and do not render, for the start-up; `as_json` says that a text is a JSON template."""
        if isinstance(template, dict):
            for key, inner in template.items():
                self.check(f"{name}.{key}", inner)
        elif isinstance(template, list):
            for at, inner in enumerate(template):
                self.check(f"{name}[{at}]", inner)
        elif isinstance(template, str):
            compiled = self._compiled_json_text if as_json else self._compiled_text
            self._guarded(name, template, lambda: compiled(template))

    def _written_json(self, template: str, facts: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        self._markers.begin()
        return parse(self._markers.fill(self._compiled_json_text(template).render(facts)))

    def _structure(self, name: str, template: JsonTemplate, facts: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        if isinstance(template, dict):
            return {key: self._structure(f"{name}.{key}", inner, facts) for key, inner in template.items()}
        if isinstance(template, list):
            return [self._structure(f"{name}[{at}]", inner, facts) for at, inner in enumerate(template)]
        if not isinstance(template, str):
            return self._guarded(name, "", lambda: jsonable(template, self._budget))
        return self._guarded(name, template, lambda: self._leaf(template, facts))

    def _leaf(self, template: str, facts: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        if "{" not in template:
            return template
        compiled = self._compiled_leaf(template)
        if isinstance(compiled, TemplateExpression):
            return jsonable(compiled(facts), self._budget)
        return compiled.render(facts)

    def _mark(self, value: object) -> str:
        return self._markers.mark(jsonable(value, self._budget))

    def _guarded(self, name: str, template: str, act: Callable[[], Result]) -> Result:
        try:
            return act()
        except Exception as error:  # noqa: BLE001 - whatever a template's expression raises is the template's fault
            # Not `from error`: errors of expressions quote the data, and a logged traceback would too.
            raise TemplateInvalid(fault(name, template, error)) from None


def _unchanged(value: Any) -> Any:  # noqa: ANN401 - any value
    return value
