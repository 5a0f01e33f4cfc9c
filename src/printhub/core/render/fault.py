"""Says what was wrong with a template, and where, without a word of the data that it was given."""

import re
from traceback import walk_tb

from jinja2 import TemplateError, TemplateSyntaxError

from printhub.core.render.budget import NotOffered

TEMPLATE_FILE = "<template>"
"""The file that Jinja's tracebacks name for a template without one."""

_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_TYPE = re.compile(
    r"(?:[a-z]+\.)*(?:str|int|float|bool|list|dict|tuple|None|NoneType|datetime|date|Decimal|range)(?: object)?"
)


def fault(name: str, template: str, error: Exception) -> str:
    """One sentence: the template's name, the line in it (where one is known), and what was wrong."""
    line = _line(error)
    return f"{name}{f', line {line}' if line else ''}: {reason(template, error)}"


def _line(error: Exception) -> int | None:
    if isinstance(error, TemplateSyntaxError):
        return error.lineno
    lines = [line for frame, line in walk_tb(error.__traceback__) if frame.f_code.co_filename == TEMPLATE_FILE]
    return lines[-1] if lines else None


def reason(template: str, error: Exception) -> str:
    """What was wrong, without a word of the data."""
    if isinstance(error, NotOffered | TemplateSyntaxError):
        return str(error.args[0]) if error.args else type(error).__name__
    if isinstance(error, RecursionError):
        return "it calls itself too deeply"
    if isinstance(error, TemplateError | TypeError) and _speaks_of_the_template(str(error), template):
        return str(error)
    return f"an expression cannot be computed from these facts ({type(error).__name__})"


def _speaks_of_the_template(message: str, template: str) -> bool:
    """Whether all that `message` quotes is the template's own text, or a type: `facts[order.email]` quotes data."""
    quoted = (first or second for first, second in _QUOTED.findall(message))
    return all(text in template or _TYPE.fullmatch(text) for text in quoted)
