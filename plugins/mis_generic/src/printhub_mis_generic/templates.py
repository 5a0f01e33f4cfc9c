"""Templates in the configuration: checked when it is read, rendered for each call."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar
from urllib.parse import quote

from pydantic import AfterValidator, JsonValue

from printhub import Misconfigured, Rejected, Renderer, Scope, TemplateInvalid

Facts = Mapping[str, Any]
T = TypeVar("T")

_EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)


def _checked(template: str) -> str:
    try:
        Renderer().check("template", template)
    except TemplateInvalid as error:
        raise ValueError(str(error)) from None
    return template


def _checked_path(path: str) -> str:
    literal = _EXPRESSION.sub("", path)
    if re.search(r"\{[{%#]|\}\}", literal):
        raise ValueError("a path takes {{ expressions }} only, no statements and no comments")
    if not re.fullmatch(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/%]*", literal):
        raise ValueError("a path has no spaces, no ? and no #; parameters stand in `params`")
    for expression in _EXPRESSION.findall(path):
        _checked(expression)
    return path


def check_body(body: JsonValue, *, as_json: bool) -> None:
    """Raise ValueError naming the place where a body's template cannot be compiled."""
    try:
        Renderer().check("body", body, as_json=as_json)
    except TemplateInvalid as error:
        raise ValueError(str(error)) from None


Template = Annotated[str, AfterValidator(_checked)]
"""A Jinja2 template that gives text."""

PathTemplate = Annotated[str, AfterValidator(_checked_path)]
"""A path in which `{{ expressions }}` stand; their values are percent-encoded, slashes too (RFC 3986, 2.1)."""


class Pen:
    """Renders the templates of one instance for one worker thread.

    What a template lacks is found before anything is sent: Misconfigured for this delivery, naming the template.
    """

    def __init__(self) -> None:
        """Open a sandbox."""
        self._renderer = Renderer()

    def text(self, name: str, template: str, facts: Facts) -> str:
        """The text that `template` gives."""
        return self._try(lambda: self._renderer.text(name, template, facts))

    def json(self, name: str, template: JsonValue, facts: Facts) -> Any:  # noqa: ANN401 - JSON can be anything
        """The JSON that `template` gives: values are escaped, native ones keep their type."""
        return self._try(lambda: self._renderer.json(name, template, facts))

    def path(self, name: str, template: str, facts: Facts) -> str:
        """The path that `template` gives; raises Rejected where a value would lead to another place."""

        def encoded(expression: re.Match[str]) -> str:
            value = self.text(name, expression[0], facts)
            if not value:
                raise Rejected(f"{name}: {expression[0]} is empty for this job")
            return quote(value, safe="")

        path = _EXPRESSION.sub(encoded, template)
        if not {".", ".."}.isdisjoint(path.split("/")):
            raise Rejected(f"{name}: a value of this job would lead to another path")
        return path

    def _try(self, render: Callable[[], T]) -> T:
        try:
            return render()
        except TemplateInvalid as error:
            raise Misconfigured(str(error), Scope.DELIVERY) from None
