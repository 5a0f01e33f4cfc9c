"""What every conformance kit is: tests that a subclass runs, and may not quietly change."""

import traceback
from typing import Any, NoReturn, TypeVar
from unittest import SkipTest  # pytest skips on it too; so `printhub.testing` works where pytest is not installed

T = TypeVar("T")


class Kit:
    """Subclass a kit in your tests, name the subclass `Test…`, and write its hooks.

    A kit's test may be overridden only to say that it fails and why: mark yours with
    `@pytest.mark.xfail(reason="…")`. Anything else is refused when the class is made.
    """

    def __init_subclass__(cls, **facts: Any) -> None:
        """Refuse a subclass that replaces a test of its kit."""
        super().__init_subclass__(**facts)
        for name, test in vars(cls).items():
            inherited = any(name in vars(ancestor) for ancestor in cls.__mro__[1:])
            if name.startswith("test_") and inherited and not _is_excused(test):
                raise TypeError(
                    f"{cls.__qualname__}.{name} replaces a test of the conformance kit; if the adapter cannot pass it,"
                    ' mark the override with @pytest.mark.xfail(reason="…")'
                )

    def cannot(self, why: str) -> NoReturn:
        """Skip the test that is running; a hook calls it for what your partner cannot be made to do."""
        raise SkipTest(why)


def expect(ending: object, kind: type[T], because: str) -> T:
    """Return what a call ended in if it is of that kind; else fail, saying what it was and why it should not be."""
    if isinstance(ending, kind):
        return ending
    raise AssertionError(f"expected {kind.__name__}, got {_described(ending)}. {because}")


def told(error: BaseException) -> str:
    """All that a log would show of an error: its own text, its traceback, and those of its causes."""
    return "\n".join([repr(error), *traceback.format_exception(error)])


def _is_excused(test: object) -> bool:
    marks = getattr(test, "pytestmark", [])
    return any(mark.name == "xfail" and mark.kwargs.get("reason") for mark in marks)


def _described(ending: object) -> str:
    if isinstance(ending, BaseException):
        return f"{type(ending).__name__} ({ending})"
    return repr(ending)
