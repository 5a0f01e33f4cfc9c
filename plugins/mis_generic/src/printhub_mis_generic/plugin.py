"""What the hub finds by entry point."""

from typing import Any

from printhub import Adapter, hookimpl
from printhub_mis_generic.adapter import MisGeneric


@hookimpl
def printhub_adapters() -> list[type[Adapter[Any]]]:
    """Bring the generic MIS adapter."""
    return [MisGeneric]
