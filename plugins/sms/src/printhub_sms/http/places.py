"""Where things stand in what a gateway says: JMESPath in JSON and in forms, patterns in plain text."""

import re
from typing import Annotated, Any

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator, JsonValue


def _path(text: str) -> str:
    try:
        jmespath.compile(text)
    except JMESPathError as error:
        first_line = str(error).split("\n", 1)[0]
        raise ValueError(f"not a JMESPath expression: {first_line}") from None
    return text


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return text


def _pattern_with_group(text: str) -> str:
    if re.compile(_pattern(text)).groups != 1:
        raise ValueError("expected a regular expression with one group: what stands in it counts")
    return text


Path = Annotated[str, AfterValidator(_path)]
"""A JMESPath expression."""
Pattern = Annotated[str, AfterValidator(_pattern)]
"""A regular expression, which is searched for in the whole text."""
GroupPattern = Annotated[str, AfterValidator(_pattern_with_group)]
"""A regular expression with one group."""


def at(path: str | None, document: JsonValue) -> Any:  # noqa: ANN401 - JSON can be anything
    """What stands there; None where nothing does, or where the expression cannot be applied to what does."""
    if path is None:
        return None
    try:
        return jmespath.search(path, document)
    except JMESPathError:
        return None


def text_at(path: str | None, document: JsonValue) -> str:
    """The text or number that stands there, at most 256 characters of it; empty where there is none."""
    found = at(path, document)
    return str(found)[:256] if isinstance(found, str | int | float) and not isinstance(found, bool) else ""
