"""What is done to users and tokens is kept with the acts: who, what, when and why, and never a secret."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from datetime import datetime
from uuid import UUID

from pydantic import JsonValue

from printhub.core.flow.acts.desk import require_reason
from printhub.core.model.access import Role
from printhub.core.store import acts
from printhub.core.store.acts import Act
from printhub.core.store.store import Tx


class Recording:
    """Records acts, each in the transaction that carries it out."""

    def __init__(self, now: Callable[[], datetime], new_id: Callable[[], UUID]) -> None:
        """Date and number them."""
        self.now = now
        self.new_id = new_id

    def record(self, tx: Tx, act: str, subject: str, *, by: str, why: str, **facts: JsonValue) -> None:
        """Record an act on a user or a token, named as it asks; raises ActRefused for a reason that cannot be kept."""
        require_reason(why)
        acts.record(tx, Act(self.new_id(), self.now(), by, act, subject, why, facts))


def given(role: Role, storefronts: AbstractSet[str] | None) -> dict[str, JsonValue]:
    """What was given, as an act keeps it."""
    return {"role": str(role), "storefronts": None if storefronts is None else list[JsonValue](sorted(storefronts))}
