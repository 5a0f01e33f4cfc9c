"""Undo: takes an act back where that is possible, and says why not where it is not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from pydantic import JsonValue

from printhub.core.flow.acts.desk import Desk, by_beginning
from printhub.core.model.errors import ActRefused
from printhub.core.store import acts as rows
from printhub.core.store.acts import Act
from printhub.core.store.store import Tx

TakeBack = Callable[[Tx, Act, UUID, str, str], str]
"""Takes an act back: transaction, act, the undoing act's id, by, why → what is so now. Raises ActRefused."""

_WHY_NOT: Mapping[str, str] = MappingProxyType(
    {
        "retrigger": "the call may have been made; while it has not gone, cancel or skip the delivery",
        "settle": "what follows from it may have gone; if it was settled wrongly, retrigger or send it again",
        "send-again": "the call may have been made; while it has not gone, cancel the new delivery",
        "reprint": "calls may have been made; while they have not gone, cancel the new deliveries",
        "bulk-retrigger": "calls were made; `printhub bulk stop` keeps it from going on",
        "bulk-stop": "begin a new bulk act for what is left",
        "plan": "calls may have been made; while they have not gone, cancel the new deliveries",
        "upload": "`printhub files restore` puts the earlier file back in its place",
        "restore-file": "`printhub files restore` puts the other file back in its place",
        "fetch": "what was fetched is there",
        "retry-event": "the event is applied",
        "note": "the storefront was asked to add it; add another that corrects it",
        "cancel-order": "the storefront was asked; ask it by hand",
        "reopen": "the storefront was asked for the files; the job closes again with its next closing event",
        "recreate": "the storefront was asked for the output",
        "undo": "do the first act again instead",
        "user-add": "`printhub users disable` lets them sign in no more",
        "user-change": "`printhub users change` gives them what they had",
        "user-password": "nobody knows what it was; `printhub users set-password` gives another",
        "user-disable": "`printhub users enable` lets them sign in again",
        "user-enable": "`printhub users disable` lets them sign in no more",
        "user-logout": "they sign in again by themselves",
        "token-add": "`printhub tokens revoke` lets it count no more",
        "token-revoke": "make another with `printhub tokens add`",
        "testdata-clear": "the export holds what was removed",
        "restore": "`printhub restore` keeps what was there beside the store; a database is put back by its own server",
    }
)


@dataclass(frozen=True, slots=True)
class Undone:
    """An act that was taken back, and in words what is so now."""

    act: Act
    now: str


class Undo:
    """Takes acts back, each once."""

    def __init__(self, desk: Desk, ways: Mapping[str, TakeBack]) -> None:
        """Take back the acts that `ways` names."""
        self._desk = desk
        self._ways = ways

    @property
    def sorts(self) -> list[str]:
        """Every sort of act that there is, whether it can be taken back or not."""
        return sorted({*self._ways, *_WHY_NOT})

    def undo(self, act: str, *, by: str, why: str) -> Undone:
        """Take an act back, by its id or the beginning of it; raises NotFound, and ActRefused for what cannot be."""

        def work(tx: Tx) -> Undone:
            known = find_act(tx, act)
            earlier = rows.undone_by(tx, [known.id]).get(known.id)
            if earlier is not None:
                raise ActRefused(f"this {known.act} was undone already, by {earlier.by}: {earlier.why}")
            way = self._ways.get(known.act)
            if way is None:
                article = "an" if known.act[0] in "aeiou" else "a"
                raise ActRefused(f"{article} {known.act} cannot be undone: {_WHY_NOT.get(known.act, 'it is final')}")
            if not known.facts:
                raise ActRefused("an older version recorded this act, and kept nothing of how it was before")
            facts: dict[str, JsonValue] = {"about": f"{known.act} of {known.about}"}
            id_ = self._desk.record(tx, "undo", known.subject, by=by, why=why, facts=facts, undoes=known.id)
            return Undone(known, way(tx, known, id_, by, why))

        return self._desk.store.write(work)


def find_act(tx: Tx, reference: str) -> Act:
    """An act by its id or the beginning of it; raises NotFound."""
    return by_beginning(tx, reference, rows.starting_with, ("act", "acts"), "printhub acts list")
