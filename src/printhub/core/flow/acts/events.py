"""Acts on an event: apply it once more."""

from printhub.core.flow.acts.desk import Desk
from printhub.core.flow.callback import source_of
from printhub.core.flow.inputs import find_event, find_inputs
from printhub.core.flow.receipts import HUB_FAULT, Submitted
from printhub.core.model.envelope import read_event
from printhub.core.model.errors import ActRefused, EventRefused
from printhub.core.store import events
from printhub.core.store.events import EventRecord, EventState, Refusal
from printhub.core.store.store import Tx

_ACT = "retry-event"


class EventActs:
    """All raise NotFound for an event that is not there, and ActRefused for what cannot be."""

    def __init__(self, desk: Desk) -> None:
        """Act through `desk`."""
        self._desk = desk

    def retry(self, event: str, *, by: str, why: str) -> EventState:
        """Apply an event that did nothing yet: of a type that was not known before, say, or that met with a fault.

        Raises ActRefused for one that was applied, for one that was refused by no fault of the hub's, and when it
        still does nothing.
        """

        def work(tx: Tx) -> EventState:
            found = find_inputs(tx, self._desk.rules, event)
            faults = [refusal for refusal in found.refused if refusal.code == HUB_FAULT]
            if faults and not found.recorded:
                self._desk.record(tx, _ACT, str(faults[-1].id), by=by, why=why)
                return self._take_in(tx, faults[-1])
            record = find_event(tx, self._desk.rules, event)
            if record.state in (EventState.APPLIED, EventState.STATED):
                raise ActRefused(f"event {record.source_id} is {record.state}: applying it again would change nothing")
            self._desk.record(tx, _ACT, str(record.id), by=by, why=why)
            return self._again(tx, record)

        return self._desk.store.write(work)

    def _again(self, tx: Tx, record: EventRecord) -> EventState:
        try:
            state, waits_for = self._desk.intake.take_again(tx, record)
        except EventRefused as error:
            raise ActRefused(f"event {record.source_id} still cannot be applied: {error.detail}") from error
        if state is not EventState.APPLIED:
            what = f"it still waits for {waits_for}" if waits_for else f"this hub does not know {record.type} either"
            raise ActRefused(f"event {record.source_id} does nothing yet: {what}")
        return state

    def _take_in(self, tx: Tx, refusal: Refusal) -> EventState:
        body = events.body(tx, refusal.payload_id) if refusal.payload_id else None
        try:
            event = read_event(body or b"")
        except EventRefused as error:
            raise ActRefused(
                f"event {refusal.source_id} was kept in part only; its sender has to state it again"
            ) from error
        instance = event.source.removeprefix(source_of(""))
        by = f"instance:{instance}" if instance != event.source else None
        receipt = self._desk.intake.take_in(tx, Submitted(event, by=by))
        if receipt.refused or receipt.state is None:
            raise ActRefused(f"event {event.id} still cannot be taken: {receipt.reason or 'it was taken since'}")
        return receipt.state
