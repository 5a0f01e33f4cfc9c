"""Station: the one door for events. Records each once, applies it, and answers after the commit."""

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pydantic_core
from pydantic import JsonValue, ValidationError

from printhub.core.flow import callback
from printhub.core.flow.receipts import Receipt, Refused, Submitted, hub_fault, refuse
from printhub.core.flow.rules import Rules
from printhub.core.flow.taking import Read, Taking, read
from printhub.core.model.envelope import Event, check_event, read_event, read_json, refusal
from printhub.core.model.errors import EventRefused, StoreUnavailable
from printhub.core.model.failpoints import Failpoint
from printhub.core.model.signals import AnySignal
from printhub.core.store.events import EventRecord, EventState
from printhub.core.store.store import Store, Tx

log = logging.getLogger(__name__)

BATCH = 50
"""Events that share one transaction when many are recorded at once."""
_LONGEST_ID = 400
"""Characters of a partner's own id of a message; a longer one is hashed, so that an event's id can hold it."""


class Intake:
    """Takes events from the storefront, from partners' callbacks and from operators alike."""

    def __init__(self, store: Store, rules: Rules) -> None:
        """Record into `store`."""
        self._store = store
        self._rules = rules

    def take_raw(self, raw: bytes | JsonValue) -> Receipt:
        """Record one structured-mode event, as bytes or as JSON read before; what is refused is kept and shown."""
        try:
            event = read_event(raw) if isinstance(raw, bytes) else check_event(raw)
        except EventRefused as error:
            body = raw if isinstance(raw, bytes) else _shown(raw)
            named = _readable(raw)
            return self._keep(Refused(error, _text(named.get("source")), _text(named.get("id")), body))
        return self.take([Submitted(event)])[0]

    def take_raws(
        self, raws: Sequence[bytes | JsonValue], sees: Callable[[str], bool] = lambda _storefront: True
    ) -> list[Receipt]:
        """Record structured-mode events in order, those together that can be read; a receipt for each.

        `sees` tells for whose storefronts events may be handed in here; those of others are refused.
        """
        found: list[Event | Receipt] = []
        for raw in raws:
            try:
                event = read_event(raw) if isinstance(raw, bytes) else check_event(raw)
            except EventRefused:
                found.append(self.take_raw(raw))  # refuses it once more, and keeps it
                continue
            owner = self._rules.settings.storefront_of(event.source)
            foreign = owner is not None and not sees(owner)
            found.append(self._keep(Refused(_foreign(), event.source, event.id, event.to_json())) if foreign else event)
        taken = iter(self.take([Submitted(one) for one in found if isinstance(one, Event)]))
        return [next(taken) if isinstance(one, Event) else one for one in found]

    def take(self, submitted: Sequence[Submitted]) -> list[Receipt]:
        """Record events in order; returns one receipt each, after the commit that holds it."""
        items = [read(item, self._rules.settings) for item in submitted]
        receipts: list[Receipt] = []
        for start in range(0, len(items), BATCH):
            receipts += self._take_together(items[start : start + BATCH])
        for item, receipt in zip(submitted, receipts, strict=True):
            _note(item.event.type, receipt)
        return receipts

    def _take_together(self, chunk: Sequence[Read]) -> list[Receipt]:
        try:
            receipts = self._written(chunk)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever one event brings down, it must not cost the others
            if len(chunk) > 1:  # one of them has brought the others down: each by itself
                return [receipt for item in chunk for receipt in self._take_together([item])]
            event, body = chunk[0].item.event, chunk[0].body
            refused = Refused(hub_fault(error, event.type), event.source, event.id, body)
            return [self._store.write(lambda tx: refuse(tx, self._rules, refused))]
        self._rules.reached(Failpoint.INTAKE_COMMITTED)
        return receipts

    def _written(self, chunk: Sequence[Read]) -> list[Receipt]:
        if len(chunk) > 1:
            return self._store.write(lambda tx: _take_all(tx, self._rules, chunk))
        handed = _Handed(self._rules, chunk[0])
        self._store.write_with_others(_take_handed, handed)
        return handed.receipts

    def take_in(self, tx: Tx, item: Submitted) -> Receipt:
        """Record one event in a transaction that is open already."""
        return Taking(tx, self._rules).take([read(item, self._rules.settings)])[0]

    def take_again(self, tx: Tx, record: EventRecord) -> tuple[EventState, str | None]:
        """Apply a recorded event once more; returns what became of it. Raises EventRefused."""
        return Taking(tx, self._rules).again(record)

    def take_signals(self, instance: str, signals: Sequence[AnySignal]) -> list[Receipt]:
        """Record what a partner said by itself; what is not fit to be an event is kept and shown, by itself."""
        found = [_read_signal(instance, signal) for signal in signals]
        events_read = [Submitted(item, by=f"instance:{instance}") for item in found if isinstance(item, Event)]
        taken = iter(self.take(events_read))
        return [next(taken) if isinstance(item, Event) else self._keep(item) for item in found]

    def _keep(self, refused: Refused) -> Receipt:
        receipt = self._store.write(lambda tx: refuse(tx, self._rules, refused))
        _note("input", receipt)
        return receipt

    def keep_foreign(self, where: str, body: bytes, why: str) -> None:
        """Keep and show what came by a way of the hub's own and is none of the hub's."""
        self._keep(Refused(EventRefused("foreign_message", f"{where}: {why}"), None, None, body))


def _take_all(tx: Tx, rules: Rules, items: Sequence[Read]) -> list[Receipt]:
    receipts = Taking(tx, rules).take(items)
    rules.reached(Failpoint.INTAKE_BEFORE_COMMIT)
    return receipts


@dataclass(slots=True)
class _Handed:
    """One event by itself, which shares its commit with those that others hand in at the same moment."""

    rules: Rules
    item: Read
    receipts: list[Receipt] = field(default_factory=list)


def _take_handed(tx: Tx, handed: Sequence[_Handed]) -> None:
    receipts = _take_all(tx, handed[0].rules, [one.item for one in handed])
    for one, receipt in zip(handed, receipts, strict=True):
        one.receipts = [receipt]


def _foreign() -> EventRefused:
    detail = "this source belongs to a storefront that whoever handed it in is not for"
    return EventRefused("foreign_source", detail, field="source")


def _note(what: str, receipt: Receipt) -> None:
    about = {"event_id": str(receipt.event_id)} if receipt.event_id else None
    level, code = (logging.INFO, f": {receipt.code}") if receipt.refused else (logging.DEBUG, "")
    log.log(level, "%s %s%s", what, receipt.taken, code, extra=about)


def _read_signal(instance: str, signal: AnySignal) -> Event | Refused:
    given = signal.dedupe or ""
    if len(given) > _LONGEST_ID or not given.isprintable():  # an id of an event could not hold it
        digest = hashlib.sha256(given.encode(errors="surrogatepass")).hexdigest()
        signal = signal.model_copy(update={"dedupe": f"sha256:{digest}"})
    try:
        return callback.to_event(instance, signal)
    except ValidationError as error:
        why = refusal(error, "signal").detail
    except ValueError as error:  # such as text that UTF-8 has no bytes for
        why = type(error).__name__
    detail = f"what {instance} said makes no event: {why}"
    refused = EventRefused("unreadable_signal", detail)
    return Refused(refused, callback.source_of(instance), None, _shown(signal.model_dump()))


def _readable(raw: bytes | JsonValue) -> dict[str, JsonValue]:
    try:
        value = read_json(raw) if isinstance(raw, bytes) else raw
    except EventRefused:
        return {}
    return value if isinstance(value, dict) else {}


def _shown(value: JsonValue) -> bytes:
    try:
        return pydantic_core.to_json(value)
    except ValueError:
        return b""  # nested too deeply to be written down again


def _text(value: object) -> str | None:
    return value[:512] if isinstance(value, str) else None
