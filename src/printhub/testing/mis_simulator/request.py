"""A request as the MIS understands it: which verb, about which job, with which files."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from printhub.testing.mis_simulator.mis_job import Artwork
from printhub.testing.mis_simulator.multipart import Malformed, Parts
from printhub.testing.simulator.request import Request

_ROUTES = [
    (method, re.compile(path), verb)
    for method, path, verb in [
        ("POST", "/jobs", "notify"),
        ("GET", "/jobs", "lookup"),
        ("GET", "/jobs/([^/]+)", "lookup"),
        ("PUT", "/jobs/([^/]+)", "update"),
        ("POST", "/jobs/([^/]+)/manifest", "manifest"),
        ("POST", "/jobs/([^/]+)/artwork", "assets"),
        ("POST", "/jobs/([^/]+)/slots", "slots"),
        ("POST", "/jobs/([^/]+)/cancel", "cancel"),
        ("PUT", "/slots/([^/]+)", "upload"),
        ("GET", "/ping", "check"),
    ]
]
VERBS = frozenset(verb for _, _, verb in _ROUTES)


def place(request: Request) -> tuple[str, str | None]:
    """The verb, and the reference or slot token in the path. The verb is empty where there is no such route."""
    for method, path, verb in _ROUTES:
        if method == request.method and (found := path.fullmatch(request.path)):
            return verb, unquote(found[1]) if found.re.groups else None
    return "", None


@dataclass(frozen=True)
class Content:
    """What a body said."""

    job: str | None = None
    files: Mapping[str, Artwork] = field(default_factory=dict)
    """The files sent, or named together with a URL."""
    announced: tuple[str, ...] = ()
    """All file names, those without a URL too."""
    fault: str | None = None
    """Why the body cannot be read."""


def read_content(verb: str, request: Request) -> Content:
    """Read the body to its end. Raises BrokenOff if the client does not send all of it."""
    body = request.body
    try:
        if verb == "upload":
            return Content(files={"": _measured(body.pieces())})
        content_type = request.headers.get("content-type", "")
        if verb == "assets" and content_type.lower().startswith("multipart/form-data"):
            parts = Parts(body, content_type)
            files = {name: _measured(content) for name, content in parts if name is not None}
            return Content(files=files, announced=tuple(files))
        if verb in {"notify", "assets", "slots"}:
            return _read_json(body.whole())
    except Malformed as error:
        body.drain()
        return Content(fault=str(error))
    body.drain()
    return Content()


def _read_json(text: bytes) -> Content:
    try:
        said: Any = json.loads(text) if text else {}
    except ValueError:
        raise Malformed("The body is no JSON.") from None
    listed = said.get("artwork", []) if isinstance(said, dict) else None
    if not isinstance(listed, list):
        raise Malformed("The body is no JSON object, or its artwork no list.")
    files = dict(map(_declared, listed))
    with_url = {name: artwork for name, (artwork, url) in files.items() if url}
    job = said.get("job")
    return Content(str(job) if job else None, with_url, tuple(files))


def _declared(item: object) -> tuple[str, tuple[Artwork, str]]:
    """One entry of `artwork`: a URL, or an object with name, and perhaps url, size (bytes) and sha256 (hex)."""
    if isinstance(item, str):
        item = {"url": item}
    if not isinstance(item, dict):
        raise Malformed("An entry of artwork is neither a URL nor an object.")
    url = str(item.get("url") or "")
    name = str(item.get("name") or unquote(urlsplit(url).path).rpartition("/")[2])
    try:
        size = int(item.get("size") or 0)
    except (TypeError, ValueError):
        raise Malformed(f"The size of {name!r} is no number of bytes.") from None
    return name, (Artwork(size, str(item.get("sha256") or "")), url)


def _measured(pieces: Iterable[bytes]) -> Artwork:
    size, digest = 0, hashlib.sha256()
    for piece in pieces:
        size += len(piece)
        digest.update(piece)
    return Artwork(size, digest.hexdigest())
