"""Orders: shown, noted on, and what the storefront is asked about them."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import StringConstraints

from printhub.core.flow.acts.orders import Asked
from printhub.core.flow.explain.order import read_order_report
from printhub.core.hub import Hub
from printhub.core.model.access import Asker, Right
from printhub.core.store import notes as note_rows
from printhub.core.store.store import Tx
from printhub.shapes.order import NoteShown, OrderAsked, OrderFacts, OrderShown
from printhub.web import seen
from printhub.web.asked import Reason
from printhub.web.finding import InStorefront, OrderName, order_for
from printhub.web.gate import TheHub, needs
from printhub.web.idempotency import OnceRoute

router = APIRouter(prefix="/v1/orders", tags=["orders"], route_class=OnceRoute)

Reader = Annotated[Asker, Depends(needs(Right.READ_ORDERS))]
Actor = Annotated[Asker, Depends(needs(Right.READ_ORDERS, Right.ACT_ON_ORDERS))]


class NoteAdded(Reason):
    """A note to add."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
    for_customer: bool = False


class PoNumber(Reason):
    """A purchase-order number."""

    po_number: Annotated[str, StringConstraints(min_length=1, max_length=200)]


@router.get("/{order}")
def show_order(hub: TheHub, asker: Reader, order: OrderName, storefront: InStorefront = None) -> OrderShown:
    """All about an order: its facts, jobs and notes, and the customer where the asker may see persons."""

    def read(tx: Tx) -> OrderShown:
        found = order_for(tx, asker, order, storefront)
        return OrderShown.of_report(read_order_report(tx, hub.rules, found, personal=asker.may(Right.READ_PERSONAL)))

    return seen.order_for(asker, hub.store.read(read))


@router.get("/{order}/notes")
def list_notes(
    hub: TheHub,
    asker: Annotated[Asker, Depends(needs(Right.READ_ORDERS, Right.READ_PERSONAL))],
    order: OrderName,
    storefront: InStorefront = None,
) -> list[NoteShown]:
    """The notes on an order, oldest first."""

    def read(tx: Tx) -> list[NoteShown]:
        found = order_for(tx, asker, order, storefront)
        return [NoteShown.of(note) for note in note_rows.listed(tx, found.id)]

    return hub.store.read(read)


@router.post("/{order}/notes")
def add_note(
    hub: TheHub, asker: Actor, order: OrderName, asked: NoteAdded, storefront: InStorefront = None
) -> OrderAsked:
    """Add a note to an order; the storefront is told."""
    name = _name(hub, asker, order, storefront)
    done = hub.acts.orders.note(name, asked.text, for_customer=asked.for_customer, by=asker.name, why=asked.why)
    return _asked(asker, done)


@router.put("/{order}/po-number")
def set_po(hub: TheHub, asker: Actor, order: OrderName, asked: PoNumber, storefront: InStorefront = None) -> OrderAsked:
    """Set the purchase-order number; the storefront is told, and a MIS that takes updates."""
    name = _name(hub, asker, order, storefront)
    return _asked(asker, hub.acts.orders.set_po(name, asked.po_number, by=asker.name, why=asked.why))


@router.post("/{order}/po-number/clear")
def clear_po(hub: TheHub, asker: Actor, order: OrderName, asked: Reason, storefront: InStorefront = None) -> OrderAsked:
    """Take the purchase-order number away."""
    name = _name(hub, asker, order, storefront)
    return _asked(asker, hub.acts.orders.clear_po(name, by=asker.name, why=asked.why))


@router.post("/{order}/cancel")
def cancel_order(
    hub: TheHub, asker: Actor, order: OrderName, asked: Reason, storefront: InStorefront = None
) -> OrderAsked:
    """Ask the storefront to cancel an order; it takes effect when the storefront says so."""
    name = _name(hub, asker, order, storefront)
    return _asked(asker, hub.acts.orders.cancel(name, by=asker.name, why=asked.why))


def _name(hub: Hub, asker: Asker, order: str, storefront: str | None) -> str:
    return hub.store.read(lambda tx: order_for(tx, asker, order, storefront)).full_number


def _asked(asker: Asker, done: Asked) -> OrderAsked:
    facts = seen.order_facts_for(asker, OrderFacts.of(done.order))
    return OrderAsked(**dict(facts), storefront_told=done.told)
