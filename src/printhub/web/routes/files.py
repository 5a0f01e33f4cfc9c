"""Files of jobs: listed, uploaded, fetched again, made to stand again, and downloaded."""

import mimetypes
import tempfile
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated, BinaryIO, cast

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import Field, StringConstraints
from starlette.exceptions import HTTPException

from printhub.core.flow.acts.files import Upload
from printhub.core.hub import Hub
from printhub.core.model.access import Asker, Right
from printhub.core.model.errors import ActRefused, NotFetched, NotFound
from printhub.core.model.known import FileRole
from printhub.core.model.record import Record
from printhub.core.store import dossiers
from printhub.core.store import files as rows
from printhub.core.store.store import Tx
from printhub.shapes.file import FileDue, FileShown, LinkShown, SuppliedShown
from printhub.web.asked import Reason, Why
from printhub.web.finding import FileName, InStorefront, JobName, file_for, job_for
from printhub.web.gate import TheHub, hub_of, needs
from printhub.web.idempotency import OnceRoute
from printhub.web.sending import CONTENT, sent

router = APIRouter(prefix="/v1", tags=["files"], route_class=OnceRoute)
uploads = APIRouter(prefix="/v1", tags=["files"])  # what is streamed in is not kept to be compared

Reader = Annotated[Asker, Depends(needs(Right.READ_FILES))]
Writer = Annotated[Asker, Depends(needs(Right.READ_FILES, Right.WRITE_FILES))]


class FileSent(Record):
    """What a file that is sent in is, and why it is."""

    role: FileRole
    name: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    """What the file is called."""
    why: Why
    """It is kept with the act."""
    part: Annotated[str, StringConstraints(max_length=128)] | None = None
    """The part of the job that it belongs to."""
    storefront: InStorefront = None


class Loan(Record):
    """How long an address is to be good."""

    minutes: Annotated[int, Field(ge=1, le=60)] = 10


@router.get("/jobs/{job}/files")
def list_files(hub: TheHub, asker: Reader, job: JobName, storefront: InStorefront = None) -> list[FileDue]:
    """The files of a job, superseded ones too until its folder is cleared."""

    def read(tx: Tx) -> list[FileDue]:
        record = job_for(tx, asker, job, storefront)
        found = list(dossiers.load(tx, [record.id])[record.id].files.values())
        due = rows.next_fetches(tx, [file.id for file in found])
        return [FileDue(**dict(FileShown.of(file)), next_at=due.get(file.id)) for file in found]

    return hub.store.read(read)


_ANY = 2**40
"""More than any file may have; how many bytes one may have is the configuration's to say."""


async def spooled(request: Request) -> AsyncIterator[BinaryIO]:
    """The body of a request in a temporary file; what is larger than any file may be is refused as it comes."""
    limit = _largest(hub_of(request))
    with tempfile.TemporaryFile() as file:
        taken = 0
        async for chunk in request.stream():
            taken += len(chunk)
            if taken > limit:
                raise HTTPException(413)
            file.write(chunk)
        file.seek(0)
        yield cast("BinaryIO", file)


@uploads.post(
    "/jobs/{job}/files",
    status_code=201,
    max_body_size=_ANY,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def upload_file(
    request: Request,
    hub: TheHub,
    asker: Writer,
    job: JobName,
    file: Annotated[BinaryIO, Depends(spooled)],
    asked: Annotated[FileSent, Query()],
) -> SuppliedShown:
    """Put a file into a job's working folder: the request's body is the file, in place of the one that is there.

    After new artwork the job waits until the storefront has made the output again, which it is asked for; output is
    printed as it is.
    """
    found = hub.store.read(lambda tx: job_for(tx, asker, job, asked.storefront))
    given = request.headers.get("Content-Type", "").partition(";")[0].strip()
    media_type = given or mimetypes.guess_type(asked.name)[0] or "application/octet-stream"
    brought = Upload(file, asked.name, asked.role, asked.part, media_type)
    return SuppliedShown.of(hub.acts.files.upload(found.full_number, brought, by=asker.name, why=asked.why))


@router.get("/files/{file}")
def show_file(hub: TheHub, asker: Reader, file: FileName) -> FileShown:
    """What is known of a file."""
    found, _ = hub.store.read(lambda tx: file_for(tx, asker, file))
    return FileShown.of(found)


@uploads.get("/files/{file}/content", response_class=Response, responses=CONTENT)
@uploads.head("/files/{file}/content", include_in_schema=False)
def download_file(request: Request, hub: TheHub, asker: Reader, file: FileName) -> Response:
    """The file itself, or one range of it, until its folder is cleared."""
    found, job = hub.store.read(lambda tx: file_for(tx, asker, file))
    if found.stored is None:
        raise ActRefused(f"file {found.id} of job {job.number} is {found.state}: the hub has no copy of it now")
    try:
        opened = hub.folders.open(found.stored)
    except (NotFetched, OSError) as error:
        raise NotFound(f"file {found.id} was cleared away at this moment") from error
    return sent(request, opened, name=found.name, media_type=found.media_type, etag=found.sha256)


@router.post("/files/{file}/link")
def lend_file(request: Request, hub: TheHub, asker: Reader, file: FileName, asked: Loan) -> LinkShown:
    """Make an address of the file for somebody without a token, good for minutes. Who has it has the file."""
    found, job = hub.store.read(lambda tx: file_for(tx, asker, file))
    if found.stored is None:
        raise ActRefused(f"file {found.id} of job {job.number} is {found.state}: the hub has no copy of it now")
    base = hub.settings.web.public_url or str(request.base_url).rstrip("/")
    url, until = hub.links.lend(found, timedelta(minutes=asked.minutes), base)
    return LinkShown(url=url, until=until)


@router.post("/files/{file}/restore")
def restore_file(hub: TheHub, asker: Writer, file: FileName, asked: Reason) -> SuppliedShown:
    """Make a superseded file stand again; what replaced it is superseded instead."""
    found, _ = hub.store.read(lambda tx: file_for(tx, asker, file))
    return SuppliedShown.of(hub.acts.files.restore([str(found.id)], by=asker.name, why=asked.why))


@router.post("/files/{file}/fetch")
def fetch_file(hub: TheHub, asker: Writer, file: FileName, asked: Reason) -> list[FileShown]:
    """Fetch a file again that failed, or waits to be tried again."""
    found, _ = hub.store.read(lambda tx: file_for(tx, asker, file))
    return [FileShown.of(one) for one in hub.acts.files.fetch(str(found.id), by=asker.name, why=asked.why)]


def _largest(hub: Hub) -> int:
    own = [most for storefront in hub.settings.storefronts.values() for most in storefront.max_bytes.values()]
    return max([hub.settings.files.max_bytes, *own])
