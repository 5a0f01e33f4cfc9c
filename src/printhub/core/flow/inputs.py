"""Finds one piece of input, recorded or refused, by the hub's id or by the sender's."""

from dataclasses import dataclass
from uuid import UUID

from printhub.core.flow.callback import source_of
from printhub.core.flow.rules import HUB, Rules
from printhub.core.model.errors import NotFound
from printhub.core.store import events
from printhub.core.store.events import EventRecord, Refusal
from printhub.core.store.store import Tx


@dataclass(frozen=True, slots=True)
class Inputs:
    """What goes by one id: events of several sources may, and one that was recorded may have been refused later."""

    recorded: tuple[EventRecord, ...]
    refused: tuple[Refusal, ...]


def find_inputs(tx: Tx, rules: Rules, reference: str) -> Inputs:
    """All input that goes by this id; raises NotFound when there is none."""
    try:
        own: UUID | None = UUID(reference)
    except ValueError:
        own = None
    by_id = events.get(tx, own) if own else None
    recorded = [by_id] if by_id else events.named(tx, _sources(rules), reference)
    refused = (events.refusals(tx, id_=own) if own else []) or events.refusals(tx, source_id=reference)
    if not recorded and not refused:
        raise NotFound(f"there is no event {reference}; `printhub events list` shows those that there are")
    return Inputs(tuple(recorded), tuple(refused))


def find_event(tx: Tx, rules: Rules, reference: str) -> EventRecord:
    """The one recorded event that goes by this id; raises NotFound."""
    found = find_inputs(tx, rules, reference)
    if not found.recorded:
        emit = f"`printhub events show {reference} --body` writes it, for `printhub emit -` once it is mended"
        raise NotFound(f"event {reference} was refused and is not on record; {emit}")
    if len(found.recorded) > 1:
        ids = ", ".join(str(record.id) for record in found.recorded)
        raise NotFound(f"several sources have an event {reference}; say one of {ids}")
    return found.recorded[0]


def _sources(rules: Rules) -> list[str]:
    stated = [source for storefront in rules.settings.storefronts.values() for source in storefront.sources]
    return [*stated, *map(source_of, rules.settings.instances), HUB]
