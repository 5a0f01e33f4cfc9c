"""Files for those who have no token: at addresses that the hub signed, promised for days or lent for minutes."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import StringConstraints

from printhub.core.hub import Hub
from printhub.core.model.errors import NotFetched, NotFound
from printhub.core.model.known import FileRecord
from printhub.web.gate import TheHub, client_of, door_of
from printhub.web.sending import CONTENT, sent

router = APIRouter(prefix="/files", tags=["files"])

Name = Annotated[str, Path(description="The file's name, for those who keep it; it decides nothing.")]
Signature = Annotated[str, StringConstraints(max_length=100), Query(description="What proves the address.")]


@router.get("/promised/{promise}/{name}", response_class=Response, responses=CONTENT)
@router.head("/promised/{promise}/{name}", include_in_schema=False)
def promised_file(request: Request, hub: TheHub, promise: UUID, name: Name, sig: Signature = "") -> Response:  # noqa: ARG001 - for people
    """A file at the address that a partner was promised, or one range of it."""
    door_of(request).pace.count(f"client:{client_of(request)}")
    return _sent(request, hub, hub.links.promised(promise, sig))


@router.get("/lent/{file}/{name}", response_class=Response, responses=CONTENT)
@router.head("/lent/{file}/{name}", include_in_schema=False)
def lent_file(
    request: Request,
    hub: TheHub,
    file: UUID,
    name: Name,  # noqa: ARG001 - for people
    until: Annotated[int, Query(ge=0, le=2**40)] = 0,
    sig: Signature = "",
) -> Response:
    """A file at an address that somebody was given a short while ago, or one range of it."""
    door_of(request).pace.count(f"client:{client_of(request)}")
    return _sent(request, hub, hub.links.lent(file, until, sig))


def _sent(request: Request, hub: Hub, file: FileRecord) -> Response:
    try:
        opened = hub.folders.open(file.stored or "")
    except (NotFetched, OSError) as error:
        raise NotFound("the file was cleared with its job at this moment") from error
    return sent(request, opened, name=file.name, media_type=file.media_type, etag=file.sha256)
