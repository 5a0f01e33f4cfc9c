"""Lets Stripe's SDK speak through the hub's own session, which keeps the deadline and knows whether bytes have left."""

import logging
from collections.abc import Mapping
from typing import Any

import stripe

from printhub import Call, Reply

# The SDK would write an id of this machine into its user's home, and send it along.
stripe.enable_telemetry = False
# At DEBUG the SDK logs whole answers, and they hold names and addresses; the hub logs its calls itself.
logging.getLogger("stripe").setLevel(logging.WARNING)

_HEADERS = frozenset({"authorization", "content-type", "idempotency-key", "stripe-version"})
"""Those that go out; the SDK's others describe this machine."""


class HubTransport(stripe.HTTPClient):
    """One call's way to Stripe. What `call.http` raises goes through the SDK as it is, and is not tried again."""

    name = "printhub"

    def __init__(self, call: Call) -> None:
        """Speak within the deadline of `call`."""
        super().__init__()
        self._http = call.http
        self.reply: Reply | None = None
        """The last answer."""

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,  # noqa: ANN401 - the SDK's own signature
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """Make one request; called by the SDK."""
        kept = {name: value for name, value in (headers or {}).items() if name.lower() in _HEADERS}
        body = post_data.encode() if isinstance(post_data, str) else post_data
        self.reply = reply = self._http.request(method.upper(), url, headers=kept, body=body)
        # Nothing in an answer of Stripe's needs to be anything but text; what is not is an answer that nobody can read.
        return reply.content.decode(errors="replace"), reply.status_code, reply.headers

    def close(self) -> None:
        """Nothing: the connections are the hub's."""
