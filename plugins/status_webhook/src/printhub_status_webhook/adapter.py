"""Posts events to a storefront's endpoint."""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, ClassVar

from printhub import (
    Call,
    Effect,
    Event,
    JobStatus,
    Misconfigured,
    Report,
    StatusAdapter,
    StatusMessage,
    Unavailable,
    Verb,
    retry_after,
)
from printhub_status_webhook.config import StatusWebhookConfig
from printhub_status_webhook.signing import signature

_GONE = 410


class StatusWebhook(StatusAdapter[StatusWebhookConfig]):
    """Statuses and requests to a storefront, by Standard Webhooks.

    The id of the event is that of the webhook, so that a receiver knows a repeated one: it is KEYED.
    """

    name = "status_webhook"
    Config = StatusWebhookConfig
    effects: ClassVar[Mapping[Verb, Effect]] = {Verb.PUBLISH: Effect.KEYED}

    def private_hosts(self) -> Sequence[str]:
        """Only the public internet is reached, and what the operator lists."""
        return self.config.private_hosts

    def publish(self, message: StatusMessage, call: Call) -> Report:
        """Post the event; done when the endpoint answers with 2xx."""
        event = message.event
        if (why := self._passed_over(event)) is not None:
            return Report.skipped(why)
        body, timestamp = event.to_json(), int(call.now().timestamp())
        secrets = [secret.get_secret_value() for secret in self.config.secrets]
        reply = call.http.request(
            "POST",
            str(self.config.url),
            headers={
                "Content-Type": "application/cloudevents+json",
                "webhook-id": event.id,
                "webhook-timestamp": str(timestamp),
                "webhook-signature": signature(secrets, event.id, timestamp, body),
            },
            body=body,
        )
        if 200 <= reply.status_code < 300:
            return Report.done(detail=f"taken with {reply.status_code}")
        if reply.status_code == _GONE:
            detail = "the endpoint answers 410: it is gone for good. Put a new url into its configuration"
            raise Misconfigured(detail, lasting=True)  # Standard Webhooks: no more is sent to it
        # Whatever else it says, it did not take it, and may take it later (Standard Webhooks, "Deliverability").
        raise Unavailable(f"the endpoint answered with {reply.status_code}", retry_after(reply, call.now()))

    def _passed_over(self, event: Event) -> str | None:
        if not any(fnmatchcase(event.type, pattern) for pattern in self.config.types):
            return f"{event.type} is not among the types that this endpoint wants"
        if not self.config.hidden and _status(event.data) == JobStatus.CUSTOM_STATUS_HIDDEN:
            return "hidden entries are not posted to this endpoint"
        return None


def _status(data: Any) -> object:  # noqa: ANN401 - JSON
    return data.get("status") if isinstance(data, dict) else None
