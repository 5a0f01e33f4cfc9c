"""The deliveries that a filter of operators matches, with what decides whether each can go again."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, select

from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.jobs import ProductType
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Verb
from printhub.core.store import rows
from printhub.core.store.schema import attempt, customer_order, delivery, job
from printhub.core.store.store import Tx


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deliveries are wanted: all that is given has to hold.

    `since` and `until` are about when the last attempt ended. `status` is the current status of the job.
    """

    state: DeliveryState | None = None
    instance: str | None = None
    verb: Verb | None = None
    storefront: str | None = None
    fingerprint: str | None = None
    order: str | None = None
    product_type: ProductType | None = None
    status: JobStatus | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A delivery that matches, whether its job is cancelled, and whether a newer run has replaced it."""

    delivery: Delivery
    cancelled: bool
    replaced: bool


def matching(tx: Tx, wanted: Wanted, state: DeliveryState) -> Iterator[Candidate]:
    """The deliveries in a state that match, in the order in which they were planned; one at a time, for there are many.

    To be read within the transaction.
    """
    newer = delivery.alias("newer")
    same = [newer.c[name] == delivery.c[name] for name in ("storefront", "instance", "verb", "subject")]
    replaced = exists().where(*same, newer.c.run > delivery.c.run)
    query = select(delivery, job.c.cancelled.label("job_cancelled"), replaced.label("replaced"))
    query = query.join_from(delivery, job, delivery.c.job_id == job.c.id, isouter=True)
    for row in tx.execute(_narrowed(query, wanted, [state]).order_by(delivery.c.seq)):
        yield Candidate(rows.delivery(row), bool(row.job_cancelled), row.replaced)


def counted(tx: Tx, wanted: Wanted, states: Collection[DeliveryState]) -> dict[DeliveryState, int]:
    """How many match in each of these states."""
    query = select(delivery.c.state, func.count()).join_from(delivery, job, delivery.c.job_id == job.c.id, isouter=True)
    return {row[0]: row[1] for row in tx.execute(_narrowed(query, wanted, states).group_by(delivery.c.state))}


def any_failed_of(tx: Tx, fingerprint: str) -> bool:
    """Whether anything that failed of this has still failed."""
    of_this = delivery.c.state == DeliveryState.FAILED, delivery.c.fingerprint == fingerprint
    return tx.execute(select(delivery.c.seq).where(*of_this).limit(1)).scalar() is not None


def _narrowed(query: Select[Any], wanted: Wanted, states: Collection[DeliveryState]) -> Select[Any]:
    query = query.where(delivery.c.state.in_(sorted(states)))
    for name in ("instance", "verb", "storefront", "fingerprint"):
        if getattr(wanted, name) is not None:
            query = query.where(delivery.c[name] == getattr(wanted, name))
    for name in ("product_type", "status"):
        if getattr(wanted, name) is not None:
            query = query.where(job.c[name] == getattr(wanted, name))
    if wanted.order is not None:
        # By the order of each that matches otherwise: a number alone has no index.
        its_order = exists().where(customer_order.c.id == delivery.c.order_id, customer_order.c.number == wanted.order)
        query = query.where(its_order)
    last = select(func.max(attempt.c.ended_at)).where(attempt.c.delivery_id == delivery.c.id).scalar_subquery()
    if wanted.since is not None:
        query = query.where(last >= wanted.since)
    if wanted.until is not None:
        query = query.where(last <= wanted.until)
    return query
