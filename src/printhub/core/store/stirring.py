"""What a transaction has stirred: told after its commit, so that only those look who have something to find."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Connection

_KEY = "printhub_stirring"


@dataclass(slots=True)
class Stirring:
    """What there is to look for after a commit: timers, files, bulk acts, callbacks, letters, deliveries due now."""

    timers: bool = False
    files: bool = False
    bulk: bool = False
    inbound: bool = False
    letters: bool = False
    due: list[tuple[UUID, str]] = field(default_factory=list)
    """Each (delivery, instance)."""

    def __bool__(self) -> bool:
        """Whether there is anything to look for."""
        return self.timers or self.files or self.bulk or self.inbound or self.letters or bool(self.due)


def stirring_of(tx: Connection) -> Stirring:
    """What this transaction has stirred so far, to be added to."""
    found = tx.info.get(_KEY)
    if found is None:
        found = tx.info[_KEY] = Stirring()
    return found


def taken_from(tx: Connection) -> Stirring:
    """What the transaction stirred; the next one on its connection begins with nothing."""
    return tx.info.pop(_KEY, None) or Stirring()


def stir_due(tx: Connection, deliveries: Iterable[tuple[UUID, str]]) -> None:
    """Note deliveries that may go now: (delivery, instance)."""
    stirring_of(tx).due.extend(deliveries)
