"""The gate: finds out who asks and whether they may. Every route names the rights that it takes."""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from printhub.core.hub import Hub
from printhub.core.model.access import Asker, Right
from printhub.core.model.errors import Forbidden, NotAuthenticated
from printhub.core.plugin.discovery import PluginInfo
from printhub.web.pace import Pace

T = TypeVar("T")
COOKIE = "printhub_session"
CSRF_HEADER = "X-CSRF-Token"
_SAFE = ("GET", "HEAD", "OPTIONS")

_bearer = HTTPBearer(auto_error=False, description="An API token, as `printhub tokens add` shows it once.")
_cookie = APIKeyCookie(name=COOKIE, auto_error=False, description="A session, as `POST /v1/sessions` begins it.")
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
SessionCookie = Annotated[str | None, Depends(_cookie)]


@dataclass(frozen=True, slots=True)
class Door:
    """What the routes work with; the application carries it."""

    hub: Hub
    pace: Pace
    plugins: Sequence[PluginInfo] = ()


def door_of(request: Request) -> Door:
    """The door that a request came in by."""
    door: Door = request.app.state.door
    return door


def hub_of(request: Request) -> Hub:
    """The hub behind the door."""
    return door_of(request).hub


TheDoor = Annotated[Door, Depends(door_of)]
TheHub = Annotated[Hub, Depends(hub_of)]


def client_of(request: Request) -> str:
    """The address of whoever asks; the proxies' word counts where they are trusted."""
    return request.client.host if request.client else "unknown"


def admitted(request: Request, bearer: Bearer, session: SessionCookie) -> Asker:
    """Who asks; raises NotAuthenticated, TooMany, and Forbidden for what another site had a browser send."""
    door = door_of(request)
    if bearer is not None:
        asker = _counted_if_unknown(door, request, lambda: door.hub.identity.by_token(bearer.credentials))
    elif session is not None:
        asker, csrf = _counted_if_unknown(door, request, lambda: door.hub.identity.by_session(session))
        if request.method not in _SAFE:
            require_own_page(request, door.hub.settings.web.public_url)
            if not hmac.compare_digest(csrf.encode(), request.headers.get(CSRF_HEADER, "").encode()):
                raise Forbidden(f"{CSRF_HEADER}: expected what the session was given when it began")
    else:
        door.pace.count(f"client:{client_of(request)}")
        raise NotAuthenticated("say who you are: Authorization: Bearer TOKEN; `printhub tokens add` makes a token")
    door.pace.count(asker.name)
    return asker


Admitted = Annotated[Asker, Depends(admitted)]


def needs(*rights: Right) -> Callable[[Asker], Asker]:
    """What a route takes: an asker with all of these rights."""

    def may(asker: Admitted) -> Asker:
        for right in rights:
            asker.require(right)
        return asker

    may.rights = rights  # type: ignore[attr-defined] # read by `rights_of`
    return may


def rights_of(dependant: Dependant) -> tuple[Right, ...]:
    """The rights that something with dependencies takes."""
    calls = (getattr(one.call, "rights", ()) for one in dependant.dependencies)
    return tuple(dict.fromkeys(right for found in calls for right in found))


def _counted_if_unknown(door: Door, request: Request, look: Callable[[], T]) -> T:
    try:
        return look()
    except NotAuthenticated:
        door.pace.count(f"client:{client_of(request)}")  # who guesses, guesses slowly
        raise


def require_own_page(request: Request, public_url: str | None) -> None:
    """Refuse what a page of another site had the browser send, by Fetch Metadata, else by Origin."""
    site = request.headers.get("Sec-Fetch-Site")
    if site in ("same-origin", "none"):
        return
    origin = request.headers.get("Origin", "")
    own = urlsplit(public_url).netloc if public_url else request.headers.get("Host", "")
    if site is None and (not origin or urlsplit(origin).netloc == own):  # without either it is no browser of today
        return
    raise Forbidden(
        "this was sent by a page of another site; only pages of the hub's own address may act for a session"
    )
