"""Templates as they are kept: compiled for one sandbox."""

import re

from jinja2 import Template, nodes
from jinja2.environment import TemplateExpression

from printhub.core.render.budget import NotOffered
from printhub.core.render.environment import Sandbox
from printhub.core.render.json_text import refuse_capturing

_LONGEST = 256 * 1024
_EXPRESSION = re.compile(r"\{\{[-+]?(.*?)[-+]?\}\}", re.DOTALL)


def compile_text(sandbox: Sandbox, template: str) -> Template:
    """Compile a template that writes text."""
    _parsed(sandbox, template)
    return sandbox.from_string(template)


def compile_json_text(sandbox: Sandbox, template: str) -> Template:
    """Compile a template that writes JSON."""
    refuse_capturing(_parsed(sandbox, template))
    return sandbox.from_string(template)


def compile_leaf(sandbox: Sandbox, template: str) -> Template | TemplateExpression:
    """Compile a text of a structure: an expression, if it is nothing but one `{{ expression }}`."""
    match _parsed(sandbox, template).body:
        case [nodes.Output(nodes=[only])] if not isinstance(only, nodes.TemplateData):
            whole = _EXPRESSION.fullmatch(template)
            if whole:
                return sandbox.compile_expression(whole[1], undefined_to_none=False)
    return sandbox.from_string(template)


def _parsed(sandbox: Sandbox, template: str) -> nodes.Template:
    if len(template) > _LONGEST:
        raise NotOffered(f"a template is at most {_LONGEST} characters long")
    return sandbox.parse(template)
