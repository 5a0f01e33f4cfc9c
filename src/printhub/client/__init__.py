"""For storefronts: hand in events, ask, and be told, over HTTP. Needs no hub on the machine."""

from printhub.client.client import HubClient
from printhub.client.errors import HubError, HubRefused, HubUnreachable
from printhub.core.model.envelope import Event

__all__ = ["Event", "HubClient", "HubError", "HubRefused", "HubUnreachable"]
