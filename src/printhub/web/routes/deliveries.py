"""Deliveries and their attempts; failures in groups; retriggers of one, and of many."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from printhub.core.hub import Hub
from printhub.core.model.access import Asker, Right
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.errors import NotFound
from printhub.core.store import deliveries as rows
from printhub.core.store import failures, search
from printhub.core.store.store import Tx
from printhub.shapes.delivery import AttemptShown, DeliveryLine, DeliveryShown
from printhub.shapes.failure import FailureShown, FileNotFetched
from printhub.shapes.page import Page
from printhub.web import seen
from printhub.web.asked import Reason, Settlement
from printhub.web.finding import After, DeliveryName, Limit, delivery_for
from printhub.web.gate import TheHub, needs
from printhub.web.idempotency import OnceRoute

router = APIRouter(prefix="/v1", tags=["deliveries"], route_class=OnceRoute)

Reader = Annotated[Asker, Depends(needs(Right.READ_DELIVERIES))]
Actor = Annotated[Asker, Depends(needs(Right.READ_DELIVERIES, Right.ACT_ON_DELIVERIES))]


@router.get("/deliveries")
def list_deliveries(
    hub: TheHub,
    asker: Reader,
    state: Annotated[list[DeliveryState], Query()] = [],  # noqa: B006 - FastAPI copies it
    instance: str | None = None,
    overdue: bool = False,
    after: After = None,
    limit: Limit = 50,
) -> Page[DeliveryLine]:
    """Deliveries, the newest first."""
    page = hub.store.read(
        lambda tx: search.deliveries(
            tx,
            states=state,
            instance=instance,
            overdue=overdue,
            after=after,
            limit=limit,
            seen_by=asker.storefronts,
        )
    )
    return Page(items=[DeliveryLine.of(*item) for item in page.items], next=page.after)


@router.get("/deliveries/{delivery}")
def show_delivery(hub: TheHub, asker: Reader, delivery: DeliveryName) -> DeliveryShown:
    """A delivery with all its attempts."""

    def read(tx: Tx) -> DeliveryShown:
        found = delivery_for(tx, asker, delivery)
        line = DeliveryLine.of(found, search.job_number(tx, found.job_id))
        tries = [AttemptShown.of(attempt) for attempt in rows.attempts_of(tx, [found.id])[found.id]]
        return DeliveryShown(**dict(line), tries=tries)

    return seen.delivery_for(asker, hub.store.read(read))


@router.post("/deliveries/{delivery}/retrigger")
def retrigger_delivery(hub: TheHub, asker: Actor, delivery: DeliveryName, asked: Reason) -> DeliveryLine:
    """Let a delivery go again that failed, waits for action, or is being retried."""
    id_ = _id(hub, asker, delivery)
    return _line(hub, hub.acts.deliveries.retrigger(id_, by=asker.name, why=asked.why))


@router.post("/deliveries/{delivery}/send-again")
def send_delivery_again(hub: TheHub, asker: Actor, delivery: DeliveryName, asked: Reason) -> DeliveryLine:
    """Send once more what is done: a new run, with a second effect."""
    id_ = _id(hub, asker, delivery)
    return _line(hub, hub.acts.deliveries.send_again(id_, by=asker.name, why=asked.why))


@router.post("/deliveries/{delivery}/cancel")
def cancel_delivery(hub: TheHub, asker: Actor, delivery: DeliveryName, asked: Reason) -> DeliveryLine:
    """Give a delivery up that has not gone."""
    id_ = _id(hub, asker, delivery)
    return _line(hub, hub.acts.deliveries.cancel(id_, by=asker.name, why=asked.why))


@router.post("/deliveries/{delivery}/skip")
def skip_delivery(hub: TheHub, asker: Actor, delivery: DeliveryName, asked: Reason) -> DeliveryLine:
    """Do without a delivery, and let what comes after it go."""
    id_ = _id(hub, asker, delivery)
    return _line(hub, hub.acts.deliveries.skip(id_, by=asker.name, why=asked.why))


@router.post("/deliveries/{delivery}/settle")
def settle_delivery(hub: TheHub, asker: Actor, delivery: DeliveryName, asked: Settlement) -> DeliveryLine:
    """Say what became of a call of which nobody knew: done, with the partner's reference, or not done."""
    id_ = _id(hub, asker, delivery)
    return _line(hub, hub.acts.deliveries.settle(id_, done=asked.done, by=asker.name, why=asked.why))


@router.get("/failures", tags=["failures"])
def list_failures(hub: TheHub, asker: Reader) -> list[FailureShown]:
    """What failed for good, in groups that say the same, the largest first."""
    return [FailureShown.of(group) for group in hub.store.read(lambda tx: failures.groups(tx, asker.storefronts))]


@router.get("/failures/files", tags=["failures"])
def list_failed_files(hub: TheHub, asker: Reader, after: After = None, limit: Limit = 50) -> Page[FileNotFetched]:
    """The files that could not be fetched, the newest first."""
    page = hub.store.read(lambda tx: failures.files(tx, after=after, limit=limit, seen_by=asker.storefronts))
    return Page(items=[FileNotFetched.of(*item) for item in page.items], next=page.after)


@router.get("/failures/{fingerprint}", tags=["failures"])
def show_failure(
    hub: TheHub, asker: Reader, fingerprint: str, after: After = None, limit: Limit = 50
) -> Page[DeliveryLine]:
    """The deliveries of a group of failures, the newest first."""
    page = hub.store.read(
        lambda tx: failures.members(tx, fingerprint, after=after, limit=limit, seen_by=asker.storefronts)
    )
    if not page.items and after is None:
        raise NotFound("nothing that failed has this fingerprint")
    return Page(items=[DeliveryLine.of(*item) for item in page.items], next=page.after)


def _id(hub: Hub, asker: Asker, delivery: str) -> str:
    return str(hub.store.read(lambda tx: delivery_for(tx, asker, delivery)).id)


def _line(hub: Hub, delivery: Delivery) -> DeliveryLine:
    return DeliveryLine.of(delivery, hub.store.read(lambda tx: search.job_number(tx, delivery.job_id)))
