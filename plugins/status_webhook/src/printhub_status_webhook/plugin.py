"""What the hub finds by entry point."""

from typing import Any

from printhub import Adapter, hookimpl
from printhub_status_webhook.adapter import StatusWebhook


@hookimpl
def printhub_adapters() -> list[type[Adapter[Any]]]:
    """Bring the webhook adapter."""
    return [StatusWebhook]
