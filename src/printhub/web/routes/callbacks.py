"""Callbacks of partners: let in by the adapter of their instance, which proves where each comes from; and listed."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from starlette.exceptions import HTTPException

from printhub.core.model.access import Asker, Right
from printhub.core.model.errors import NotFound
from printhub.core.model.signals import InboundRequest
from printhub.core.store import callbacks as rows
from printhub.core.store.store import Tx
from printhub.shapes.callback import CallbackEvents, CallbackShown
from printhub.shapes.page import Page
from printhub.web.finding import After, Limit
from printhub.web.gate import TheHub, client_of, door_of, hub_of, needs

router = APIRouter(prefix="/in", tags=["callbacks"])
listing = APIRouter(prefix="/v1/callbacks", tags=["callbacks"])

Reader = Annotated[Asker, Depends(needs(Right.READ_HUB))]


async def limited_body(request: Request) -> AsyncIterator[bytes]:
    """The body as it came; a larger one than callbacks may be is refused as it comes."""
    limit, body = hub_of(request).settings.web.callback_max_body, bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise HTTPException(413)
    yield bytes(body)


@router.post("/{instance}/{purpose}")
@router.get("/{instance}/{purpose}", name="take_callback_by_get")
@router.post("/{instance}", include_in_schema=False)
@router.get("/{instance}", include_in_schema=False)
def take_callback(
    request: Request, hub: TheHub, instance: str, body: Annotated[bytes, Depends(limited_body)], purpose: str = ""
) -> Response:
    """Take what a partner tells by itself. The adapter says what proves it, what it means and what to answer.

    It is answered once it is on record, and taken in after that. Some partners tell it all in the query of a GET.
    """
    door_of(request).pace.count(f"client:{client_of(request)}")
    query = f"?{request.url.query}" if request.url.query else ""
    came = InboundRequest(
        method=request.method,
        path=request.url.path,
        headers=dict(request.headers),
        query=dict(request.query_params),
        body=body,
        purpose=purpose,
        url=f"{hub.settings.web.public_url or ''}{request.url.path}{query}",
    )
    answer = hub.inbound.receive(instance, came)
    return Response(answer.body, status_code=answer.status, media_type=answer.media_type)


@listing.get("")
def list_callbacks(
    hub: TheHub,
    asker: Reader,  # noqa: ARG001 - asked for its right
    instance: str | None = None,
    waiting: bool = False,
    after: After = None,
    limit: Limit = 50,
) -> Page[CallbackShown]:
    """Callbacks that could be read, the newest first; `waiting` ones are still to be taken in."""
    page = hub.store.read(lambda tx: rows.listed(tx, instance=instance, waiting=waiting, after=after, limit=limit))
    return Page(items=[CallbackShown.of(one) for one in page.items], next=page.after)


@listing.get("/{callback}")
def show_callback(hub: TheHub, asker: Reader, callback: UUID) -> CallbackEvents:  # noqa: ARG001 - asked for its right
    """One callback, with the events that came of it."""

    def read(tx: Tx) -> CallbackEvents:
        found = rows.get(tx, callback)
        if found is None:
            raise NotFound("there is no such callback on record")
        return CallbackEvents.with_events(found, rows.events_of(tx, callback))

    return hub.store.read(read)
