"""JSON templates written as text: values never meet the template's text before it is known where they stand."""

import json
import re
from typing import Any, NoReturn

from jinja2 import nodes

from printhub.core.render.budget import NotOffered

_MARKER = re.compile("\x00([0-9]+)\x00")  # NUL cannot stand in JSON, so a marker is never the template's own text
_PIECE = re.compile(r'\\.|"|' + _MARKER.pattern, re.DOTALL)

_CAPTURING = (nodes.Macro, nodes.CallBlock, nodes.AssignBlock, nodes.FilterBlock)


class Markers:
    """Stands in for the values while the template is rendered, and puts them in afterwards.

    A value inside a string of the template becomes part of that string, any other becomes JSON of its own: what it
    holds can neither end the string nor add to the structure.
    """

    def __init__(self) -> None:
        """Begin without values."""
        self._values: list[Any] = []

    def begin(self) -> None:
        """Begin a rendering."""
        self._values.clear()

    def mark(self, value: Any) -> str:  # noqa: ANN401 - JSON
        """Keep `value`, and return the marker to write for it."""
        self._values.append(value)
        return f"\x00{len(self._values) - 1}\x00"

    def fill(self, text: str) -> str:
        """The rendered text with the values in their places."""
        inside = False

        def put(found: re.Match[str]) -> str:
            nonlocal inside
            if found[0] == '"':
                inside = not inside
            if found[1] is None:
                return found[0]
            value = self._values[int(found[1])]
            if not inside:
                return json.dumps(value, ensure_ascii=False)
            if isinstance(value, dict | list):
                raise NotOffered("a list or mapping stands inside the quotes of a text: leave the quotes out")
            whole = value if isinstance(value, str) else "" if value is None else json.dumps(value)
            return json.dumps(whole, ensure_ascii=False)[1:-1]

        return _PIECE.sub(put, text)


def refuse_capturing(template: nodes.Template) -> None:
    """Refuse what turns pieces of the template into values: they would be escaped as if they were data."""
    for node in template.find_all(_CAPTURING):
        raise NotOffered(f"line {node.lineno}: a JSON template has no macro, call, filter or set block")
    for loop in template.find_all(nodes.For):
        if loop.recursive:
            raise NotOffered(f"line {loop.lineno}: a JSON template has no recursive loop")
    for name in template.find_all(nodes.Name):
        if name.name == "self":
            raise NotOffered(f"line {name.lineno}: a JSON template cannot use its own blocks by `self`")


def parse(text: str) -> Any:  # noqa: ANN401 - JSON
    """The text read as strict JSON; raises NotOffered naming the line of the rendered text."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise NotOffered(f"what it writes is not JSON: {error.msg} in line {error.lineno} of it") from None
    except RecursionError:
        raise NotOffered("what it writes is nested too deeply") from None


def _no_constant(name: str) -> NoReturn:
    raise NotOffered(f"what it writes is not JSON: {name}")
