"""The feed of changes: for storefronts that missed webhooks, or want none."""

import time
from collections.abc import Callable
from typing import Annotated, Any

from anyio import sleep
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Query

from printhub.core.flow.changes import Changes
from printhub.core.model.access import Asker, Right
from printhub.shapes.shape import Shape
from printhub.web.finding import Limit
from printhub.web.gate import TheHub, needs

router = APIRouter(prefix="/v1", tags=["changes"])

LONGEST_WAIT = 30
"""Seconds that an answer may wait for something to tell."""
_LOOK_EVERY = 0.25

Reader = Annotated[Asker, Depends(needs(Right.FOLLOW))]
Cursor = Annotated[
    str | None, Query(max_length=40, description="The `next` of the page before; left out, the beginning of the feed.")
]


class ChangeShown(Shape):
    """One thing that changed."""

    cursor: str
    """What `after` takes to go on behind it."""
    event: dict[str, Any]
    """A CloudEvent in structured mode, as webhooks carry it."""


class ChangesPage(Shape):
    """A piece of the feed, that of each job in its order."""

    items: list[ChangeShown]
    next: str
    """What `after` takes to go on; the same again where there was nothing."""
    more: bool
    """Whether more follows already."""


@router.get("/changes")
async def read_changes(
    hub: TheHub,
    asker: Reader,
    after: Cursor = None,
    type: Annotated[list[str], Query(description="Patterns such as `printhub.request.*`.", max_length=20)] = [],  # noqa: A002, B006 - the name of a query parameter; FastAPI copies the list
    limit: Limit = 100,
    wait: Annotated[int, Query(ge=0, le=LONGEST_WAIT, description="Seconds to wait where there is nothing yet.")] = 0,
) -> ChangesPage:
    """What changed since: entries of jobs' histories and requests to storefronts, complete, each once."""

    def look() -> Changes:
        return hub.feed.after(
            after,
            seen_by=asker.storefronts,
            hidden=asker.may(Right.READ_HIDDEN),
            types=type,
            limit=limit,
        )

    found = await _waited(look, wait)
    items = [ChangeShown(cursor=one.cursor, event=one.event.envelope()) for one in found.items]
    return ChangesPage(items=items, next=found.after, more=found.more)


@router.get("/changes/end")
def end_of_changes(hub: TheHub, asker: Reader) -> ChangesPage:  # noqa: ARG001 - asked for its right
    """The place behind everything that there is now, to follow the feed from."""
    return ChangesPage(items=[], next=hub.feed.end(), more=False)


async def _waited(look: Callable[[], Changes], seconds: int) -> Changes:
    """Look until there is something; asleep in between, so that those who wait hold no thread."""
    until = time.monotonic() + seconds
    while True:
        found = await run_sync(look)
        if found.items or found.more or time.monotonic() >= until:
            return found
        await sleep(_LOOK_EVERY)
