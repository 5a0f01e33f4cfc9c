"""What of an order is personal, table by table: it is made empty, and the rows with their ids and outcomes stay."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, update

from printhub.core.model.deliveries import DeliveryState
from printhub.core.store import people, words
from printhub.core.store.events import EventState
from printhub.core.store.remembered import forget_all
from printhub.core.store.schema import (
    attempt,
    callback,
    customer_order,
    delivery,
    event,
    payload,
    person,
    quarantine,
)
from printhub.core.store.store import Tx
from printhub.core.store.testdata import Named, Owner, events, few, owned

_UNAPPLIED = (EventState.EARLY, EventState.UNATTRIBUTED, EventState.UNKNOWN, EventState.REFUSED)
"""Events that need not lead to the order whose customer they name."""
_ENDS = [state for state in DeliveryState if state.is_end]


def orders_of(tx: Tx, storefront: str, customer: str) -> list[Named]:
    """The orders of a storefront whose customer has this e-mail or user name, capitals or not; oldest first.

    Each customer of the storefront is looked at: that takes seconds at a million orders, and finds all.
    """
    who = person.c.data["customer"]
    query = (
        select(
            customer_order.c.id,
            customer_order.c.number,
            who["email"].as_string().label("email"),
            who["user_name"].as_string().label("user_name"),
        )
        .join_from(customer_order, person, customer_order.c.person_id == person.c.id)
        .where(customer_order.c.storefront == storefront, person.c.erased_at.is_(None))
        .order_by(customer_order.c.id)
    )
    sought = customer.casefold()
    return [
        Named(row.id, row.number)
        for row in tx.execute(query).yield_per(1000)
        if sought in ((row.email or "").casefold(), (row.user_name or "").casefold())
    ]


def erase_order(
    tx: Tx, order: Named, person_id: UUID | None, jobs: Sequence[Named], storefront: str, at: datetime
) -> None:
    """Make empty what was stated about an order and its jobs, what was written to partners, and what they answered.

    Comes after all that is saved of the jobs, whose deliveries it changes.
    """
    zero_what_goes(tx)
    forget_all(tx)
    said = events(tx, storefront, [order.number], [job.number for job in jobs])
    found = owned(tx, [order.id], [job.id for job in jobs], said)
    _empty(tx, found[Owner.PAYLOAD], at)
    for some in few(found[Owner.DELIVERY]):
        tx.execute(update(attempt).where(attempt.c.delivery_id.in_(some)).values(exchanges=[], detail=""))
        # What ended needs neither what an adapter noted for itself nor what a partner said about it.
        ended = update(delivery).where(delivery.c.id.in_(some), delivery.c.state.in_(_ENDS))
        tx.execute(ended.values(memo=None, reason=""))
    if person_id is not None:
        people.erase(tx, person_id, at)


def mentions(tx: Tx, storefront: str, customer: str) -> set[UUID]:
    """Bodies that name a customer and lead to no order: of events that wait, of callbacks, of refused input."""
    waiting = (
        select(payload.c.id, payload.c.body)
        .join_from(event, payload, event.c.payload_id == payload.c.id)
        .where(
            event.c.state.in_(_UNAPPLIED),
            or_(event.c.storefront == storefront, event.c.storefront.is_(None)),
            payload.c.erased_at.is_(None),
        )
    )
    # What a partner said of them may say more than the events that were read from it.
    unread = (
        select(payload.c.id, payload.c.body)
        .join_from(callback, payload, callback.c.payload_id == payload.c.id)
        .join(event, event.c.callback_id == callback.c.id, isouter=True)
        .where(or_(event.c.state.in_(_UNAPPLIED), event.c.id.is_(None)), payload.c.erased_at.is_(None))
    )
    refused = (
        select(payload.c.id, payload.c.body)
        .join_from(quarantine, payload, quarantine.c.payload_id == payload.c.id)
        .where(payload.c.erased_at.is_(None))
    )
    sought = customer.casefold()
    return {
        row.id
        for query in (waiting, unread, refused)
        for row in tx.execute(query).yield_per(100)
        if sought in row.body.decode(errors="replace").casefold()
    }


def erase_mentions(tx: Tx, bodies: Iterable[UUID], at: datetime) -> None:
    """Make these bodies empty."""
    zero_what_goes(tx)
    _empty(tx, bodies, at)


def zero_what_goes(tx: Tx) -> None:
    """Have SQLite overwrite what is taken out of the file; PostgreSQL gives room back by its own vacuum."""
    if tx.dialect.name == "sqlite":
        tx.exec_driver_sql("PRAGMA secure_delete = ON")  # for this connection from now on: it has to be said each time


def finish(tx: Tx) -> None:
    """Make the index of words forget its fragments, once all that is to go is gone."""
    zero_what_goes(tx)
    words.compact(tx)


def _empty(tx: Tx, bodies: Iterable[UUID], at: datetime) -> None:
    for some in few(bodies):
        tx.execute(
            update(payload).where(payload.c.id.in_(some), payload.c.erased_at.is_(None)).values(body=b"", erased_at=at)
        )
