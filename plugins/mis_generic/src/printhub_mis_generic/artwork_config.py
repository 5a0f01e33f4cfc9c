"""What the configuration says of artwork: how the files reach the MIS."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from printhub import AdapterConfig, Duration
from printhub_mis_generic.answer_config import Statuses
from printhub_mis_generic.auth import HeaderName
from printhub_mis_generic.query import Query
from printhub_mis_generic.templates import Template


def _host(host: str) -> str:
    if not host or "/" in host or host != host.lower():
        raise ValueError("expected a host, in lower case, with a port where it is not the usual one")
    return host


class NoArtwork(AdapterConfig):
    """Files reach the MIS in some other way. A job that lacks a file is not submitted all the same."""

    mode: Literal["none"] = "none"


class _Artwork(AdapterConfig):
    by: Literal["assets", "notify"] = "assets"
    """The verb whose request carries the artwork, or whose answer opens the slots."""
    name: Template = "{{ file.name }}"
    """What the MIS knows a file by, of `file`, `number` (from 1) and the facts of the job. Where two files would have
    one name they get their numbers in front."""


class UrlArtwork(_Artwork):
    """The MIS fetches each file from a URL that stands in the body: `files` has `url` for each."""

    mode: Literal["url"]
    life: Duration = timedelta(hours=48)
    """How long the URLs stay good; outlive the MIS's own retries."""
    arrived: Query | None = None
    """Where the answer lists the names that arrived, if the MIS may take some and not others."""


class MultipartArtwork(_Artwork):
    """All files go along in one request, multipart/form-data (RFC 7578); `body` gives the other fields."""

    mode: Literal["multipart"]
    field: Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f\"]+$")] = "file"
    """The name of the field that each file stands in."""
    arrived: Query | None = None
    """Where the answer lists the names that arrived, if the MIS may take some and not others."""


class SlotArtwork(_Artwork):
    """The MIS opens a slot for each file, and each is uploaded to its own. A slot may be filled again."""

    mode: Literal["slots"]
    slots: Query
    """Where the list of slots stands in the answer."""
    slot_name: Query = Field(default="name", validate_default=True)
    """Where the file's name stands in a slot."""
    slot_url: Query = Field(default="url", validate_default=True)
    """Where the address stands in a slot; it may be relative to `base_url`."""
    method: Literal["PUT", "POST"] = "PUT"
    """The HTTP method of an upload."""
    headers: dict[HeaderName, Template] = {}
    """Headers of an upload, besides Content-Type."""
    statuses: Statuses = (200, 201, 204)
    """The HTTP statuses of an upload that arrived."""
    accepted_statuses: Statuses = (202,)
    """The HTTP statuses of an upload that the MIS judges later."""
    hosts: tuple[Annotated[str, AfterValidator(_host)], ...] = ()
    """Hosts besides `base_url`'s that slots may be at; a slot anywhere else is refused."""
    signed: bool = False
    """Whether the credentials go along; only ever to `base_url`'s own host."""


Artwork = Annotated[NoArtwork | UrlArtwork | MultipartArtwork | SlotArtwork, Field(discriminator="mode")]
"""How the files reach the MIS."""
