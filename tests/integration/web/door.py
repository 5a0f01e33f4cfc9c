"""A hub behind its door on loopback, and those who ask: one for each role and storefront."""

import contextlib
from collections.abc import Iterator
from typing import Any

import requests
from requests import Response

from printhub.core.hub import Hub
from printhub.core.model.access import Asker
from printhub.core.model.errors import NotAuthenticated
from printhub.core.settings.sections import WebSettings
from printhub.web.app import make_app
from printhub.web.server import WebServer


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


class _Known:
    def __init__(self):
        self.t = {}

    def by_token(self, secret):
        try:
            return self.t[secret]
        except KeyError:
            raise NotAuthenticated("no") from None


def give_token(hub, role, *storefronts):
    known = getattr(hub, "identity", None)
    if known is None:
        known = hub.identity = _Known()
    secret = f"t{len(known.t)}"
    known.t[secret] = Asker(f"token:{secret}", role, frozenset(storefronts) or None)
    return secret
