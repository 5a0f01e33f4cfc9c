"""A conformance kit's tests, run one by one by hand, to see which of them an adapter passes."""

from collections.abc import Iterable
from typing import Protocol
from unittest import SkipTest


class RunnableKit(Protocol):
    """A kit whose subclass starts a partner for each test and stops it again."""

    def setup_method(self) -> None: ...
    def teardown_method(self) -> None: ...


def outcomes_of(kit: RunnableKit, tests: Iterable[str]) -> dict[str, str]:
    """Run these tests of the kit: name → passed, failed or skipped."""
    return {name: _outcome(kit, name) for name in tests}


def _outcome(kit: RunnableKit, name: str) -> str:
    kit.setup_method()
    try:
        getattr(kit, name)()
    except SkipTest:
        return "skipped"
    except Exception:  # noqa: BLE001 - whatever it raises, pytest would call the test failed
        return "failed"
    finally:
        kit.teardown_method()
    return "passed"
