"""What is known of a job that nobody knows: names like it, events that wait for it, an order of that name."""

import difflib
from dataclasses import dataclass

from printhub.core.flow import commit
from printhub.core.flow.rules import Rules
from printhub.core.store import dossiers, events, search
from printhub.core.store.events import EventRecord
from printhub.core.store.store import Tx

_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class Stranger:
    """A reference that leads to no job, and what there is instead."""

    reference: str
    alike: tuple[str, ...]
    """Jobs with a number like it, or that it is the outside reference of; as storefront/number."""
    order: tuple[str, ...]
    """Jobs of the order that has this number."""
    order_deleted: bool
    """Whether that order was deleted in the storefront."""
    waiting: tuple[EventRecord, ...]
    """Early events that wait for such a job or order."""


def stranger(tx: Tx, rules: Rules, reference: str) -> Stranger:
    """Look for everything that is like a reference to a job."""
    storefronts = sorted(rules.settings.storefronts)
    owner, _, number = reference.rpartition("/")
    number = number if owner in storefronts else reference
    mine = [owner] if owner in storefronts else storefronts
    waits = [wait(name, number) for name in mine for wait in (commit.waits_for_job, commit.waits_for_order)]
    orders = [order for order in dossiers.find_orders(tx, number) if order.storefront in mine]
    return Stranger(
        reference=reference,
        alike=_alike(tx, mine, number),
        order=tuple(f"{o.storefront}/{job}" for o in orders for job in search.numbers_of_order(tx, o.id, _AT_MOST)),
        order_deleted=any(order.deleted for order in orders),
        waiting=tuple(events.waiting_for(tx, waits)),
    )


def _alike(tx: Tx, storefronts: list[str], number: str) -> tuple[str, ...]:
    found = [job.full_number for job in search.by_external_reference(tx, storefronts, number)]
    for length in range(len(number), len(number) // 2, -1):  # the longest beginning that any job shares
        spelt = {number[:length], number[:length].upper(), number[:length].lower()}
        near = [job for text in sorted(spelt) for job in search.beginning_with(tx, storefronts, text, 20 * _AT_MOST)]
        if near:
            numbers = {job.full_number: job.number for job in near}
            found += sorted(numbers, key=lambda name: -difflib.SequenceMatcher(None, numbers[name], number).ratio())
            break
    return tuple(dict.fromkeys(found))[:_AT_MOST]
