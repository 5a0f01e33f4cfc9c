"""What the hub finds by entry point."""

from typing import Any

from printhub import Adapter, hookimpl
from printhub_email_smtp.adapter import EmailSmtp


@hookimpl
def printhub_adapters() -> list[type[Adapter[Any]]]:
    """Bring the SMTP adapter."""
    return [EmailSmtp]
