"""Events: handed in one or many at a time, and looked at; input that was refused."""

import base64
from typing import Annotated, Any
from urllib.parse import unquote

import pydantic_core
from fastapi import APIRouter, Depends, Request, Response
from pydantic import JsonValue
from starlette.exceptions import HTTPException

from printhub.core.flow.inputs import find_inputs
from printhub.core.model.access import Asker, Right
from printhub.core.model.envelope import read_json
from printhub.core.model.errors import EventRefused, NotFound
from printhub.core.store import search
from printhub.core.store.events import EventState
from printhub.shapes.event import EventShown, ReceiptShown, RefusalShown
from printhub.shapes.page import Page
from printhub.shapes.shape import Shape
from printhub.web.asked import Reason
from printhub.web.finding import After, Limit
from printhub.web.gate import TheHub, needs
from printhub.web.idempotency import OnceRoute

router = APIRouter(prefix="/v1", tags=["events"], route_class=OnceRoute)

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
LARGEST_BATCH = 1000
"""Events that a batch may hold."""
_JSON = ("application/json", "text/json")

Emitter = Annotated[Asker, Depends(needs(Right.EMIT))]
Reader = Annotated[Asker, Depends(needs(Right.READ_HUB))]


class Receipts(Shape):
    """What became of the events that were handed in, in their order; each was accepted or refused by itself."""

    accepted: int
    repeated: int
    refused: int
    receipts: list[ReceiptShown]


async def raw_body(request: Request) -> bytes:
    """The body as it came."""
    return await request.body()


_EVENT: dict[str, Any] = {"type": "object", "required": ["id", "source", "specversion", "type"]}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            STRUCTURED: {"schema": _EVENT},
            BATCH: {"schema": {"type": "array", "items": _EVENT, "maxItems": LARGEST_BATCH}},
            "application/json": {"schema": {}},
        },
    }
}


@router.post(
    "/events",
    status_code=202,
    openapi_extra=_BODY,
    responses={207: {"model": Receipts, "description": "Some of the events were refused, or all"}},
)
def take_events(
    request: Request, response: Response, hub: TheHub, asker: Emitter, body: Annotated[bytes, Depends(raw_body)]
) -> Receipts:
    """Hand in events (CloudEvents 1.0): one in structured or binary mode, or a batch.

    Answers after they are recorded, whatever becomes of the calls that follow from them. The same event may be handed
    in again at any time: it is recorded once. A single event that is refused is answered as a problem.
    """
    media_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type == BATCH:
        receipts = hub.intake.take_raws(_batch(body), asker.sees)
    else:
        binary = "ce-specversion" in request.headers
        if not binary and media_type != STRUCTURED:
            raise HTTPException(415, f"expected {STRUCTURED}, {BATCH}, or an event in binary mode (ce-… headers)")
        one = _binary(request, media_type, body) if binary else body
        receipts = hub.intake.take_raws([one], asker.sees)
        if receipts[0].refused:
            first = receipts[0]
            raise EventRefused(first.code or "refused", first.reason or "", faults=first.faults)
    shown = [ReceiptShown.of(index, receipt) for index, receipt in enumerate(receipts)]
    refused = sum(receipt.refused for receipt in receipts)
    response.status_code = 207 if refused else 202
    repeated = sum(receipt.repeated for receipt in receipts)
    return Receipts(accepted=len(receipts) - refused - repeated, repeated=repeated, refused=refused, receipts=shown)


def _batch(body: bytes) -> list[bytes | JsonValue]:
    try:
        found = pydantic_core.from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise EventRefused("not_json", f"the batch is not JSON: {error}") from None
    if not isinstance(found, list):
        raise EventRefused("not_a_batch", "expected a JSON array of events")
    if not 1 <= len(found) <= LARGEST_BATCH:
        raise EventRefused("batch_size", f"a batch holds 1 to {LARGEST_BATCH} events, this one {len(found)}")
    return found


def _binary(request: Request, media_type: str, body: bytes) -> JsonValue:
    """An event whose attributes are headers (CloudEvents HTTP binding 1.0.2, section 3.1)."""
    attributes: dict[str, JsonValue] = {
        name[3:]: unquote(value) for name, value in request.headers.items() if name.startswith("ce-")
    }
    if media_type:
        attributes["datacontenttype"] = request.headers["Content-Type"]
    if not body:
        return attributes
    if media_type in _JSON or media_type.endswith("+json"):
        return attributes | {"data": read_json(body)}
    return attributes | {"data_base64": base64.b64encode(body).decode()}


@router.get("/events")
def list_events(
    hub: TheHub, asker: Reader, state: EventState | None = None, after: After = None, limit: Limit = 50
) -> Page[EventShown]:
    """Recorded events, the newest first; `unattributed` are partners' words of which nobody knows whose they are."""
    page = hub.store.read(lambda tx: search.events(tx, state=state, after=after, limit=limit))
    return Page(items=[EventShown.of(one) for one in page.items if asker.sees(one.storefront)], next=page.after)


@router.get("/events/{event}")
def show_event(hub: TheHub, asker: Reader, event: str) -> EventShown:
    """A recorded event, by the hub's id or by its own."""
    found = hub.store.read(lambda tx: find_inputs(tx, hub.rules, event))
    for one in found.recorded:
        if asker.sees(one.storefront):
            return EventShown.of(one)
    raise NotFound("there is no such event on record")


@router.post("/events/{event}/retry")
def retry_event(
    hub: TheHub, asker: Annotated[Asker, Depends(needs(Right.READ_HUB, Right.ACT_ON_HUB))], event: str, asked: Reason
) -> EventShown:
    """Apply an event again that did nothing: of a type that is known since an upgrade, or that met with a fault."""
    hub.acts.events.retry(event, by=asker.name, why=asked.why)
    return show_event(hub, asker, event)


@router.get("/quarantine")
def list_refused(hub: TheHub, asker: Reader, after: After = None, limit: Limit = 50) -> Page[RefusalShown]:  # noqa: ARG001 - asked for its right
    """Input that was refused, the newest first."""
    page = hub.store.read(lambda tx: search.refused(tx, after=after, limit=limit))
    return Page(items=[RefusalShown.of(one) for one in page.items], next=page.after)


@router.get("/quarantine/{refusal}")
def show_refused(hub: TheHub, asker: Reader, refusal: str) -> list[RefusalShown]:  # noqa: ARG001 - asked for its right
    """What was refused under an id, the hub's or the sender's."""
    found = hub.store.read(lambda tx: find_inputs(tx, hub.rules, refusal)).refused
    if not found:
        raise NotFound("nothing was refused under this id")
    return [RefusalShown.of(one) for one in found]
