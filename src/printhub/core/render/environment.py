"""The sandbox: a Jinja2 environment that knows nothing of Python's insides and counts what it writes."""

from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from typing import Any, NoReturn

from jinja2 import StrictUndefined, nodes, pass_context
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from printhub.core.render.budget import MOST_ITEMS, Budget, NotOffered
from printhub.core.render.filters import filters
from printhub.core.render.text_of import text_of

_TEXT_METHODS = frozenset(
    "capitalize casefold count endswith find index isalnum isalpha isascii isdecimal isdigit islower isnumeric isspace "
    "istitle isupper lower lstrip partition removeprefix removesuffix rfind rindex rpartition rsplit rstrip split "
    "splitlines startswith strip swapcase title upper".split()
)


class _CountingGenerator(CodeGenerator):
    """Compiles templates so that whatever they write, or join by ~, is counted."""

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: N802 - the node's name, Jinja's way
        written = sum(len(child.data) for child in node.nodes if isinstance(child, nodes.TemplateData))
        self.writeline(f"environment.budget.spend({written})", node)
        super().visit_Output(node, frame)

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 - the node's name, Jinja's way
        self.write("environment.joined((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")


class Sandbox(ImmutableSandboxedEnvironment):
    """Renders text; `write` turns each value of `{{ }}` into what stands in the text."""

    code_generator_class = _CountingGenerator  # type: ignore[mutable-override]  # Jinja's own way to name it
    intercepted_binops = frozenset({"*", "**", "+", "%"})

    def __init__(self, budget: Budget, write: Callable[[Any], str]) -> None:
        """Make a sandbox that spends of `budget`."""

        @pass_context  # so that constants go through it too, and not only once when the template is compiled
        def finalize(_context: Context, value: object) -> str:
            text = write(value)
            budget.spend(len(text))
            return text

        super().__init__(undefined=StrictUndefined, autoescape=False, finalize=finalize, keep_trailing_newline=True)
        self.budget = budget
        self.filters = filters(budget)
        self.globals = {"range": _range, "dict": dict, "namespace": self.globals["namespace"]}

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - any operands
        """Do an intercepted operation, unless its result would be too large."""
        self.budget.allow_operation(operator, left, right)
        return super().call_binop(context, operator, left, right)

    def joined(self, parts: tuple[object, ...]) -> str:
        """What ~ makes."""
        texts = [text_of(part) for part in parts]
        self.budget.allow_text(sum(map(len, texts)))
        return "".join(texts)

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 - any object
        """Prefer a key of that name: `order.items` is the order's items, not a method of dict."""
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ANN401 - any object
        """Allow what reads a value; methods of text that could make a much longer one are filters instead."""
        if isinstance(obj, str):
            return attr in _TEXT_METHODS
        if isinstance(obj, bytes | int | float | complex | type):
            return False
        if isinstance(obj, date | time | timedelta) and callable(value):
            return attr in {"date", "isoformat", "isoweekday", "time", "total_seconds", "weekday"}
        return super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> None:  # noqa: ANN401 - any value
        """Offer no `str.format`: it pads to any width."""

    def unsafe_undefined(self, obj: Any, attribute: str) -> NoReturn:  # noqa: ANN401 - any object
        """Refuse at once, and not only when the result is used: `is defined` would tell what there is."""
        raise NotOffered(f"{attribute!r} of {type(obj).__name__!r} is not offered to templates")


def _range(*bounds: int) -> range:
    counted = range(*bounds)
    if len(counted) > MOST_ITEMS:
        raise NotOffered(f"`range` counts {MOST_ITEMS} at the most")
    return counted
