"""Callbacks of partners: let in by the adapter of their instance, which proves where each comes from."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.exceptions import HTTPException

from printhub.core.model.signals import InboundRequest
from printhub.web.gate import TheHub, client_of, door_of, hub_of

router = APIRouter(prefix="/in", tags=["callbacks"])


async def limited_body(request: Request) -> AsyncIterator[bytes]:
    """The body as it came; a larger one than callbacks may be is refused as it comes."""
    limit, body = hub_of(request).settings.web.callback_max_body, bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise HTTPException(413)
    yield bytes(body)


@router.post("/{instance}/{purpose}")
@router.post("/{instance}", include_in_schema=False)
def take_callback(
    request: Request,
    hub: TheHub,
    instance: str,
    body: Annotated[bytes, Depends(limited_body)],
    purpose: str = "",  # noqa: ARG001 - the address says it for people
) -> Response:
    """Take what a partner tells by itself. The adapter says what proves it, what it means and what to answer."""
    door_of(request).pace.count(f"client:{client_of(request)}")
    came = InboundRequest(
        method=request.method,
        path=request.url.path,
        headers=dict(request.headers),
        query=dict(request.query_params),
        body=body,
    )
    answer = hub.inbound.receive(instance, came)
    return Response(answer.body, status_code=answer.status, media_type=answer.media_type)
