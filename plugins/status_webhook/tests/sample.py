"""An endpoint's configuration, and secrets."""

import base64
from typing import Any

from printhub_status_webhook.adapter import StatusWebhook
from printhub_status_webhook.config import StatusWebhookConfig

SECRET = f"whsec_{base64.b64encode(bytes(range(32))).decode()}"
NEXT_SECRET = f"whsec_{base64.b64encode(bytes(range(1, 49))).decode()}"


def config(url: str, **changes: Any) -> dict[str, Any]:
    """The settings of an endpoint on loopback."""
    return {"url": url, "secrets": [SECRET], "private_hosts": ["127.0.0.0/8"]} | changes


def adapter(url: str, **changes: Any) -> StatusWebhook:
    """An adapter for it."""
    return StatusWebhook(StatusWebhookConfig.model_validate(config(url, **changes)))
