"""Retriggers of many: counted before, begun, watched, stopped."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from printhub.core.hub import Hub
from printhub.core.model.access import Asker, Right
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import Forbidden, NotFound
from printhub.core.model.jobs import ProductType
from printhub.core.model.record import Record, Timestamp
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Verb
from printhub.core.store import bulk as rows
from printhub.core.store.matching import Wanted
from printhub.shapes.bulk import BulkShown, PreviewShown
from printhub.shapes.page import Page
from printhub.web.asked import Reason
from printhub.web.finding import After, Limit
from printhub.web.gate import TheHub, needs
from printhub.web.idempotency import OnceRoute

router = APIRouter(prefix="/v1/bulk", tags=["bulk"], route_class=OnceRoute)

Actor = Annotated[Asker, Depends(needs(Right.READ_DELIVERIES, Right.ACT_ON_DELIVERIES))]


class DeliveriesWanted(Record):
    """Which deliveries are wanted: all that is given has to hold."""

    state: DeliveryState | None = None
    """`failed` unless it is given; `waiting_action` or `retrying`."""
    instance: str | None = None
    verb: Verb | None = None
    storefront: str | None = None
    """May be left out by those who see one storefront alone."""
    fingerprint: str | None = None
    order: str | None = None
    product_type: ProductType | None = None
    status: JobStatus | None = None
    since: Timestamp | None = None
    until: Timestamp | None = None


class BulkAsked(Reason):
    """A retrigger of all that matches now."""

    filter: DeliveriesWanted = Field(default=DeliveriesWanted())


@router.post("/preview")
def preview_bulk(hub: TheHub, asker: Actor, wanted: DeliveriesWanted) -> PreviewShown:
    """Count what a retrigger would take, and why it would leave the rest; nothing is changed."""
    return PreviewShown.of(hub.acts.bulk.preview(_wanted(asker, wanted)))


@router.post("", status_code=202)
def begin_bulk(hub: TheHub, asker: Actor, asked: BulkAsked) -> BulkShown:
    """Freeze the list of what matches now, and retrigger it in growing batches; see how far it is by its id."""
    act = hub.acts.bulk.retrigger(_wanted(asker, asked.filter), by=asker.name, why=asked.why)
    return BulkShown.of(hub.acts.bulk.progress(str(act.id)))


@router.get("")
def list_bulk(hub: TheHub, asker: Actor, after: After = None, limit: Limit = 50) -> Page[BulkShown]:
    """Retriggers of many, the newest first."""
    found = hub.store.read(lambda tx: rows.listed(tx, after=after, limit=limit + 1))
    shown = [BulkShown.of(hub.acts.bulk.progress(str(act.id))) for act in found[:limit]]
    seen = [one for one in shown if _sees(asker, one)]
    return Page(items=seen, next=found[limit - 1].id if len(found) > limit else None)


@router.get("/{bulk}")
def show_bulk(hub: TheHub, asker: Actor, bulk: str) -> BulkShown:
    """How far a retrigger of many is."""
    return _shown(hub, asker, bulk)


@router.post("/{bulk}/stop")
def stop_bulk(hub: TheHub, asker: Actor, bulk: str, asked: Reason) -> BulkShown:
    """Begin no further batch; what went already comes to its end."""
    found = _shown(hub, asker, bulk)
    return BulkShown.of(hub.acts.bulk.stop(str(found.id), by=asker.name, why=asked.why))


def _wanted(asker: Asker, wanted: DeliveriesWanted) -> Wanted:
    storefront = wanted.storefront
    if asker.storefronts is not None and storefront is None:
        if len(asker.storefronts) != 1:
            raise Forbidden("say filter.storefront: you see several, and a list is of one of them")
        storefront = next(iter(asker.storefronts))
    if storefront is not None and not asker.sees(storefront):
        raise NotFound("there is no such storefront among those that you see")
    named = {name: getattr(wanted, name) for name in DeliveriesWanted.model_fields}
    return Wanted(**named | {"storefront": storefront})


def _shown(hub: Hub, asker: Asker, bulk: str) -> BulkShown:
    found = BulkShown.of(hub.acts.bulk.progress(bulk))
    if not _sees(asker, found):
        raise NotFound(f"there is no bulk act {bulk}")
    return found


def _sees(asker: Asker, shown: BulkShown) -> bool:
    storefront = shown.filter.get("storefront")
    return asker.storefronts is None or (isinstance(storefront, str) and asker.sees(storefront))
