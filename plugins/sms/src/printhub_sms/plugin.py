"""What the hub finds by entry point."""

from typing import Any

from printhub import Adapter, hookimpl
from printhub_sms.adapter import Sms


@hookimpl
def printhub_adapters() -> list[type[Adapter[Any]]]:
    """Bring the SMS adapter."""
    return [Sms]
