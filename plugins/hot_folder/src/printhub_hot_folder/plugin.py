"""What the hub finds by entry point."""

from typing import Any

from printhub import Adapter, hookimpl
from printhub_hot_folder.adapter import HotFolder


@hookimpl
def printhub_adapters() -> list[type[Adapter[Any]]]:
    """Bring the hot folder adapter."""
    return [HotFolder]
