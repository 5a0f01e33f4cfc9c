"""Acts on a recorded event: apply it once more."""

from printhub.core.flow.acts.desk import Desk
from printhub.core.flow.inputs import find_event
from printhub.core.model.errors import ActRefused, EventRefused
from printhub.core.store.events import EventRecord, EventState
from printhub.core.store.store import Tx


class EventActs:
    """All raise NotFound for an event that is not there, and ActRefused for what cannot be."""

    def __init__(self, desk: Desk) -> None:
        """Act through `desk`."""
        self._desk = desk

    def retry(self, event: str, *, by: str, why: str) -> EventState:
        """Apply an event that did nothing yet: of a type that was not known before, say, or that met with a fault.

        Raises ActRefused for one that was applied, and when it still does nothing.
        """

        def work(tx: Tx) -> EventState:
            record = find_event(tx, self._desk.rules, event)
            if record.state in (EventState.APPLIED, EventState.STATED):
                raise ActRefused(f"event {record.source_id} is {record.state}: applying it again would change nothing")
            self._desk.record(tx, "retry-event", str(record.id), by=by, why=why)
            state, waits_for = self._again(tx, record)
            if state is not EventState.APPLIED:
                what = (
                    f"it still waits for {waits_for}" if waits_for else f"this hub does not know {record.type} either"
                )
                raise ActRefused(f"event {record.source_id} does nothing yet: {what}")
            return state

        return self._desk.store.write(work)

    def _again(self, tx: Tx, record: EventRecord) -> tuple[EventState, str | None]:
        try:
            return self._desk.intake.take_again(tx, record)
        except EventRefused as error:
            raise ActRefused(f"event {record.source_id} still cannot be applied: {error.detail}") from error
