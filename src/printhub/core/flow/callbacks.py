"""Station: takes in what was read from callbacks, after the partner was answered."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from printhub.core.flow.intake import Intake
from printhub.core.flow.rules import Rules
from printhub.core.model.dossier import TimerKind
from printhub.core.model.errors import StoreUnavailable
from printhub.core.model.signals import SIGNALS, AnySignal
from printhub.core.store import callbacks, timers
from printhub.core.store.callbacks import Callback
from printhub.core.store.store import Store, Tx

log = logging.getLogger(__name__)

BATCH = 100
PUT_OFF = timedelta(minutes=1)
"""How long a callback rests that met with a fault of the hub's own."""


class Callbacks:
    """Hands what callbacks said to the intake, each in its turn; used by one thread alone.

    What is taken in when a process dies in the middle is taken in once more by the next, and every event is one.
    """

    def __init__(self, store: Store, rules: Rules, intake: Intake) -> None:
        """Take from `store`, hand to `intake`."""
        self._store = store
        self._rules = rules
        self._intake = intake

    def step(self) -> int:
        """Take in what waits; returns how many callbacks."""
        due = self._store.read(lambda tx: timers.due(tx, self._rules.now(), [TimerKind.CALLBACK], BATCH))
        for _, subject in due:
            try:
                self._take(UUID(subject))
            except StoreUnavailable:
                raise
            except Exception:
                log.exception("the callback %s could not be taken in and is tried again", subject)
                later = {(TimerKind.CALLBACK, subject): self._rules.now() + PUT_OFF}
                self._store.write(lambda tx, later=later: timers.put(tx, later))  # type: ignore[misc] # the default binds it
        return len(due)

    def _take(self, id_: UUID) -> None:
        found, signals = self._store.read(lambda tx: _read(tx, id_))
        came = self._intake.take_signals(found.instance, signals) if found else []
        ids = [receipt.event_id for receipt in came if receipt.event_id is not None]

        def note(tx: Tx) -> None:
            now = self._rules.now()
            if found is not None:
                callbacks.taken(tx, found, ids, now)
            timers.done(tx, [(TimerKind.CALLBACK, str(id_))], now)

        self._store.write(note)


def _read(tx: Tx, id_: UUID) -> tuple[Callback | None, Sequence[AnySignal]]:
    found = callbacks.get(tx, id_)
    said = callbacks.read_of(tx, found) if found else []
    return found, [SIGNALS[one["signal"]].model_validate(one["said"]) for one in said]
