"""PrintHub for plugin authors: everything that an adapter needs is imported from here."""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from printhub.front import *  # noqa: F403 - it is listed there, in `__all__`
else:
    # The command line passes by here, and its help does not wait for what only adapters need (PEP 562).
    def __getattr__(name: str) -> object:
        front = importlib.import_module("printhub.front")
        if name == "__all__" or name in front.__all__:
            return getattr(front, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted(importlib.import_module("printhub.front").__all__)
