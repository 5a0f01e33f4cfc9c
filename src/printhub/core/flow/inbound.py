"""Station: lets a partner's callback in - verified before anything of it is believed, read, kept, and answered.

What it says is taken in after the answer, by the station `callbacks`: a partner waits for one short commit, and for
nothing that a job may have to wait for.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from printhub.core.flow.rules import Rules
from printhub.core.http.redaction import masked_text
from printhub.core.model.dossier import TimerKind
from printhub.core.model.errors import NotFound
from printhub.core.model.signals import Answer, AnySignal, Certificates, InboundRequest, ReceivesWebhooks
from printhub.core.store import callbacks, events, timers
from printhub.core.store.callbacks import Callback
from printhub.core.store.events import Refusal
from printhub.core.store.store import Store, Tx


class Inbound:
    """Takes callbacks, whatever door they came in by."""

    def __init__(self, store: Store, rules: Rules, certificates: Certificates) -> None:
        """Keep them in `store`; `certificates` are those that partners sign with."""
        self._store = store
        self._rules = rules
        self._certificates = certificates

    def receive(self, instance: str, request: InboundRequest) -> Answer:
        """Take one callback and return what the partner expects to be answered, once it is on record.

        Raises NotFound for an instance that takes none, and Refused for a request that does not prove where it comes
        from. A verified one that cannot be read is kept, shown, and answered with 400.
        """
        known = self._rules.instances.get(instance)
        adapter: object = known.adapter(known.settings.config) if known else None
        if not isinstance(adapter, ReceivesWebhooks):
            raise NotFound(f"instance {instance} takes no callbacks")
        request = replace(request, certificates=self._certificates)
        adapter.verify(request)
        try:
            received = adapter.read(request)
            signals, answer = list(received.signals), received.answer
            read = [written(signal) for signal in signals]
        except Exception as error:  # noqa: BLE001 - a partner's body may be anything, and a plugin may break on it
            reason = masked_text(f"{instance} could not read the callback: {type(error).__name__}: {error}")
            self._store.write(lambda tx: self._refuse(tx, instance, request, reason))
            return Answer(status=400, body=b"unreadable")
        self._store.write(lambda tx: self._keep(tx, instance, request, read))
        return answer

    def _keep(self, tx: Tx, instance: str, request: InboundRequest, read: Sequence[object]) -> None:
        now = self._rules.now()
        new = Callback(
            id=self._rules.new_id(),
            instance=instance,
            purpose=request.purpose[:128],
            digest=_digest(request),
            received_at=now,
            signals=len(read),
            payload_id=self._rules.new_id(),
            taken_at=None if read else now,
            read_id=self._rules.new_id() if read else None,
        )
        kept = callbacks.keep(tx, new, request.body, read)
        if read:
            timers.put(tx, {(TimerKind.CALLBACK, str(kept)): now})

    def _refuse(self, tx: Tx, instance: str, request: InboundRequest, reason: str) -> None:
        now = self._rules.now()
        payload = events.keep(tx, self._rules.new_id(), request.body[: 64 * 1024], _digest(request), now)
        source = f"urn:printhub:instance:{instance}"
        events.refuse(tx, Refusal(self._rules.new_id(), now, source, None, "unreadable_callback", reason, payload))


def written(signal: AnySignal) -> dict[str, object]:
    """A signal as JSON, with its name; raises ValueError for text that JSON cannot hold."""
    return {"signal": type(signal).__name__, "said": signal.model_dump(mode="json")}


def _digest(request: InboundRequest) -> str:
    """What makes two callbacks the same: what was said, and where it was said; not what was put around it."""
    query = "&".join(f"{name}={value}" for name, value in sorted(request.query.items()))
    said = f"{request.method} {request.purpose}?{query}\n".encode(errors="replace") + request.body
    return hashlib.sha256(said).hexdigest()
