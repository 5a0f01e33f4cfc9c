"""Addresses that nothing more is sent to: listed, put on the list, and taken off it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field, StringConstraints

from printhub.core.flow.acts.suppressions import spellings
from printhub.core.model.access import Asker, Right
from printhub.core.model.errors import NotFound
from printhub.core.model.suppression import Medium
from printhub.core.store import suppressions as rows
from printhub.shapes.page import Page
from printhub.shapes.suppression import SuppressionShown
from printhub.web.asked import Reason
from printhub.web.finding import After, Limit
from printhub.web.gate import TheHub, needs
from printhub.web.idempotency import OnceRoute

router = APIRouter(prefix="/v1/suppressions", tags=["suppressions"], route_class=OnceRoute)

Reader = Annotated[Asker, Depends(needs(Right.READ_PERSONAL))]
Editor = Annotated[Asker, Depends(needs(Right.READ_PERSONAL, Right.ACT_ON_ORDERS))]


class SuppressionAsked(Reason):
    """An address that nothing more is to be sent to."""

    storefront: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    medium: Medium = Medium.EMAIL
    address: Annotated[str, StringConstraints(min_length=1, max_length=320)] = Field(repr=False)


@router.get("")
def list_suppressions(
    hub: TheHub,
    asker: Reader,
    storefront: str | None = None,
    medium: Medium | None = None,
    address: str | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[SuppressionShown]:
    """Suppressed addresses, the newest first; `address` is a whole address or number."""
    wanted = spellings(hub.settings, address) if address else None
    seen = asker.among([storefront] if storefront else [])
    page = hub.store.read(
        lambda tx: rows.listed(tx, medium=medium, storefronts=seen, addresses=wanted, after=after, limit=limit)
    )
    return Page(items=[SuppressionShown.of(one) for one in page.items], next=page.after)


@router.post("")
def suppress(hub: TheHub, asker: Editor, asked: SuppressionAsked) -> SuppressionShown:
    """Send nothing more to an address; a message that has to arrive goes by post instead."""
    if not asker.sees(asked.storefront):
        raise NotFound("there is no such storefront among those that you see")
    acts = hub.acts.suppressions
    return SuppressionShown.of(acts.add(asked.storefront, asked.medium, asked.address, by=asker.name, why=asked.why))


@router.post("/{entry}/remove")
def remove(hub: TheHub, asker: Editor, entry: UUID, asked: Reason) -> SuppressionShown:
    """Let messages go to an address again."""
    known = hub.store.read(lambda tx: rows.get(tx, entry))
    if known is None or not asker.sees(known.storefront):
        raise NotFound("there is no such entry on the list")
    return SuppressionShown.of(hub.acts.suppressions.remove(str(entry), by=asker.name, why=asked.why))
