"""Renders operators' Jinja2 templates in a sandbox, so that a template can neither reach out nor run away."""

from collections.abc import Mapping
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from printhub.core.model.errors import TemplateInvalid


class Renderer:
    """One sandbox; compiled templates are kept, so make one and use it again. Not shared between threads."""

    def __init__(self) -> None:
        """Make an empty sandbox."""
        self._environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)

    def text(self, name: str, template: str, facts: Mapping[str, Any]) -> str:
        """Render `template` with `facts` to text; raises TemplateInvalid naming template and line."""
        try:
            return self._environment.from_string(template).render(facts)
        except TemplateError as error:
            raise TemplateInvalid(f"{name}: {error}") from error
