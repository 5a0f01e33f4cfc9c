"""Tells the hub what this plugin brings."""

from typing import Any

from printhub import Adapter, hookimpl
from printhub_acme.adapter import AcmeMis


@hookimpl
def printhub_adapters() -> list[type[Adapter[Any]]]:
    """Bring one adapter."""
    return [AcmeMis]
