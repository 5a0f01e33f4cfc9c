"""A hub behind its door on loopback, and those who ask: one for each role and storefront."""

import contextlib
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import requests
from requests import Response

from printhub.core.hub import Hub
from printhub.core.model.access import Asker, Role
from printhub.core.settings.sections import WebSettings
from printhub.web.app import make_app
from printhub.web.server import WebServer

ROOT = Asker("operator:test", Role.PLATFORM_ADMINISTRATOR)


class Caller:
    """Asks the API as somebody; `token` None as nobody."""

    def __init__(self, base: str, token: str | None) -> None:
        self.base = base
        self.token = token
        self._session = requests.Session()

    def __call__(self, method: str, path: str, **request: Any) -> Response:
        """Make one request."""
        headers = dict(request.pop("headers", {}))
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        return self._session.request(method, self.base + path, headers=headers, timeout=30, **request)

    def get(self, path: str, **params: Any) -> Response:
        """Ask for something."""
        return self("GET", path, params=params)

    def post(self, path: str, body: object = None, **request: Any) -> Response:
        """Have something done."""
        return self("POST", path, json=body, **request)


@contextlib.contextmanager
def answering(hub: Hub) -> Iterator[str]:
    """The address at which a hub answers, while the context lasts."""
    web = WebSettings(listen="127.0.0.1:0")
    with WebServer(make_app(hub), web) as server:
        yield f"http://127.0.0.1:{server.port}"


def give_token(hub: Hub, role: Role, *storefronts: str) -> str:
    """The secret of a new token; for all storefronts where none is named."""
    name = f"{role}-{uuid4().hex[:8]}"
    return hub.identity.tokens.add(name, role, frozenset(storefronts) or None, by=ROOT).secret
