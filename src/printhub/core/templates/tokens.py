"""Reads the tokens of storefronts' own templates (`%Order.OrderNumber%`) as expressions of this template language."""

import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

from printhub.core.model.errors import TemplateInvalid

_TOKEN = re.compile(r"%([A-Z][A-Za-z]*\.[A-Za-z0-9]+(?:\(s\))?)%")
"""A dot between two words: so that neither `100%` nor `%20` nor a LIKE pattern passes for one."""
_CONDITION = re.compile(r"%if\s*\(", re.IGNORECASE)
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
TOKENS: Mapping[str, str] = MappingProxyType(
    tomllib.loads(Path(__file__).with_name("tokens.toml").read_text(encoding="utf-8"))
)
"""Token → expression."""


def with_expressions(name: str, source: str) -> str:
    """The template with every token written as an expression; what stands within tags stays as it is.

    Raises TemplateInvalid naming file, line and the nearest token that there is.
    """
    pieces, at = [], 0
    for tag in _TAG.finditer(source):
        pieces += [_translated(name, source, at, tag.start()), tag[0]]
        at = tag.end()
    return "".join([*pieces, _translated(name, source, at, len(source))])


def _translated(name: str, source: str, start: int, end: int) -> str:
    def expression(found: re.Match[str]) -> str:
        known = TOKENS.get(found[1])
        if known is None:
            line = source.count("\n", 0, start + found.start()) + 1
            near = get_close_matches(found[1], TOKENS, n=1)
            hint = (
                f"; did you mean %{near[0]}%?" if near else "; `printhub templates tokens` lists those that there are"
            )
            raise TemplateInvalid(f"{name}, line {line}: there is no token %{found[1]}%{hint}")
        return f"{{{{ {known} }}}}"

    condition = _CONDITION.search(source, start, end)
    if condition is not None:
        line = source.count("\n", 0, condition.start()) + 1
        raise TemplateInvalid(f"{name}, line {line}: conditions are written as in {{% if note %}} … {{% endif %}} here")
    return _TOKEN.sub(expression, source[start:end])
