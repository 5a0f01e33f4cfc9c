"""JMESPath expressions: how the configuration says where something stands in an answer of the MIS."""

from collections.abc import Iterator
from typing import Annotated, Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions
from pydantic import BeforeValidator, JsonValue, PlainSerializer, PlainValidator


class Expression:
    """One expression, compiled when the configuration is read, so that a misspelt one is found there."""

    __slots__ = ("_parsed", "text")

    def __init__(self, text: str) -> None:
        """Compile `text`; raises ValueError where it is no JMESPath or calls a function that JMESPath does not have."""
        try:
            self._parsed = jmespath.compile(text)
        except JMESPathError as error:
            raise ValueError(f"not a JMESPath expression: {_first_line(error)}") from error
        unknown = set(_functions(self._parsed.parsed)) - set(Functions.FUNCTION_TABLE)
        if unknown:
            raise ValueError(f"JMESPath has no function {', '.join(sorted(unknown))}")
        self.text = text

    def __call__(self, document: JsonValue) -> Any:  # noqa: ANN401 - JSON can be anything
        """What stands there in `document`; None where nothing does, or where a function cannot take what does."""
        try:
            return self._parsed.search(document)
        except JMESPathError:
            return None

    def holds(self, document: JsonValue) -> bool:
        """Whether what stands there is true in JMESPath's sense: not null, false, or empty. 0 is true."""
        found = self(document)
        return not (found is None or found is False or found in ("", [], {}))

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __str__(self) -> str:
        return self.text


def _compiled(value: object) -> Expression:
    if isinstance(value, Expression):
        return value
    if not isinstance(value, str):
        raise ValueError("expected a JMESPath expression, as text")
    return Expression(value)


Query = Annotated[
    Expression, PlainValidator(_compiled, json_schema_input_type=str), PlainSerializer(str, return_type=str)
]
"""A JMESPath expression in the configuration."""


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Queries = Annotated[tuple[Query, ...], BeforeValidator(_listed)]
"""One JMESPath expression or a list of them: the first that finds something counts."""


def first(queries: tuple[Expression, ...], document: JsonValue) -> Any:  # noqa: ANN401 - JSON can be anything
    """What the first expression that finds something finds; None if none does."""
    return next((found for query in queries if (found := query(document)) not in (None, "", [], {})), None)


def _functions(node: Any) -> Iterator[str]:  # noqa: ANN401 - a node of jmespath's syntax tree
    if node["type"] == "function_expression":
        yield node["value"]
    for child in node["children"]:
        if isinstance(child, dict):
            yield from _functions(child)


def _first_line(error: JMESPathError) -> str:
    return str(error).split("\n", 1)[0].rstrip(":")
