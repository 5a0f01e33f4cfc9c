"""Station: lets a partner's callback in - verified before anything of it is believed, then read into signals."""

import hashlib

from printhub.core.flow.intake import Intake
from printhub.core.flow.rules import Rules
from printhub.core.http.redaction import masked_text
from printhub.core.model.errors import NotFound
from printhub.core.model.signals import Answer, InboundRequest, ReceivesWebhooks
from printhub.core.store import events
from printhub.core.store.events import Refusal
from printhub.core.store.store import Store, Tx


class Inbound:
    """Takes callbacks, whatever door they came in by."""

    def __init__(self, store: Store, rules: Rules, intake: Intake) -> None:
        """Hand what callbacks say to `intake`; what cannot be read is kept in `store`."""
        self._store = store
        self._rules = rules
        self._intake = intake

    def receive(self, instance: str, request: InboundRequest) -> Answer:
        """Take one callback and return what the partner expects to be answered, once its events are recorded.

        Raises NotFound for an instance that takes none, and Refused for a request that does not prove where it comes
        from. A verified one that cannot be read is kept, shown, and answered with 400.
        """
        known = self._rules.instances.get(instance)
        adapter: object = known.adapter(known.settings.config) if known else None
        if not isinstance(adapter, ReceivesWebhooks):
            raise NotFound(f"instance {instance} takes no callbacks")
        adapter.verify(request)
        try:
            received = adapter.read(request)
            signals, answer = list(received.signals), received.answer
        except Exception as error:  # noqa: BLE001 - a partner's body may be anything, and a plugin may break on it
            reason = masked_text(f"{instance} could not read the callback: {type(error).__name__}: {error}")
            self._store.write(lambda tx: self._keep(tx, instance, request, reason))
            return Answer(status=400, body=b"unreadable")
        self._intake.take_signals(instance, signals)
        return answer

    def _keep(self, tx: Tx, instance: str, request: InboundRequest, reason: str) -> None:
        now = self._rules.now()
        digest = hashlib.sha256(request.body).hexdigest()
        payload = events.keep(tx, self._rules.new_id(), request.body[: 64 * 1024], digest, now)
        source = f"urn:printhub:instance:{instance}"
        events.refuse(tx, Refusal(self._rules.new_id(), now, source, None, "unreadable_callback", reason, payload))
