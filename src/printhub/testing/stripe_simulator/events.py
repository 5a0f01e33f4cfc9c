"""The events that Stripe tells of, signed as its webhooks are (Stripe docs, "Verify webhook signatures manually")."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from printhub.testing.stripe_simulator.records import Object


@dataclass(frozen=True)
class StripeEvent:
    """One event as it is posted; it has the same bytes however often it is sent."""

    id: str
    type: str
    created: int
    """Seconds since 1970."""
    body: bytes = field(repr=False)

    @property
    def object(self) -> Object:
        """What it is about, as it was at that moment."""
        found: Object = json.loads(self.body)["data"]["object"]
        return found

    def headers(self, secrets: Sequence[str], at: int) -> dict[str, str]:
        """The headers of one sending at `at` (seconds since 1970), with a signature by each secret."""
        signed = f"{at}.".encode() + self.body
        made = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
        signature = ",".join([f"t={at}", *(f"v1={one}" for one in made)])
        return {"content-type": "application/json; charset=utf-8", "stripe-signature": signature}


def event(id_: str, kind: str, about: Object, *, created: int, livemode: bool, before: Object | None) -> StripeEvent:
    """Write an event; `before` holds what `about` had instead, where it was changed."""
    data: Object = {"object": about} | ({"previous_attributes": before} if before else {})
    said = {
        "id": id_,
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": created,
        "data": data,
        "livemode": livemode,
        "pending_webhooks": 1,
        "type": kind,
    }
    return StripeEvent(id_, kind, created, json.dumps(said, separators=(",", ":")).encode())
