"""What is handed in, and the answer to each: accepted, repeated, or refused and kept to be shown."""

import hashlib
import logging
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from printhub.core.flow.rules import Rules
from printhub.core.model.envelope import Event
from printhub.core.model.errors import EventRefused
from printhub.core.store import events
from printhub.core.store.events import EventState, Refusal
from printhub.core.store.store import Tx

log = logging.getLogger(__name__)

HUB_FAULT = "hub_fault"
"""The code of what was refused by a fault of the hub's own."""
_KEPT = 64 * 1024
"""Bytes that are kept of what was refused."""


class Taken(StrEnum):
    """What became of an event that was handed in."""

    ACCEPTED = "accepted"
    REPEATED = "repeated"
    """The same event was recorded before; nothing was done."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to one event that was handed in."""

    taken: Taken
    id: str | None
    state: EventState | None = None
    code: str | None = None
    reason: str | None = None
    event_id: UUID | None = None
    faults: tuple[tuple[str, str], ...] = ()
    """The places in the event that it was refused for, as JSON pointers, each with what is wrong there."""

    @property
    def accepted(self) -> bool:
        """Whether it was recorded now."""
        return self.taken is Taken.ACCEPTED

    @property
    def repeated(self) -> bool:
        """Whether it had been recorded before."""
        return self.taken is Taken.REPEATED

    @property
    def refused(self) -> bool:
        """Whether it was refused; `reason` says why."""
        return self.taken is Taken.REFUSED


@dataclass(frozen=True, slots=True)
class Submitted:
    """One event to be recorded: `storefront` is set for what an operator states, whose source is the hub."""

    event: Event
    storefront: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Input that is refused, and as much as is known of who said it."""

    error: EventRefused
    source: str | None
    source_id: str | None
    body: bytes


def refuse(tx: Tx, rules: Rules, refused: Refused) -> Receipt:
    """Keep what is refused, so that it can be shown."""
    now, error = rules.now(), refused.error
    kept = refused.body[:_KEPT]
    digest = hashlib.sha256(refused.body).hexdigest()
    payload_id = events.keep(tx, rules.new_id(), kept, digest, now)
    refusal = Refusal(rules.new_id(), now, refused.source, refused.source_id, error.code, error.detail, payload_id)
    events.refuse(tx, refusal)
    return Receipt(
        Taken.REFUSED, refused.source_id, code=error.code, reason=error.detail, event_id=refusal.id, faults=error.faults
    )


def hub_fault(error: Exception, type_: str) -> EventRefused:
    """Say in the log what broke on an event, and why it is refused."""
    log.error("an event of type %s could not be applied", type_, exc_info=error)
    detail = f"the hub could not apply it ({type(error).__name__}); it is kept, and the log tells more"
    return EventRefused(HUB_FAULT, detail)
