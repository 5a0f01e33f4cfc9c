"""What holds of every answer: an id of its request, headers that keep browsers careful, and one line in the log."""

import logging
import time
from uuid import uuid4

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from printhub.core.model.trace import read_traceparent, trace_id

log = logging.getLogger(__name__)

_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Hygiene:
    """Wraps the application."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        id_, began, status = uuid4().hex, time.monotonic(), 0
        scope["printhub.request_id"] = id_

        async def careful(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = id_
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        given = dict(scope["headers"]).get(b"traceparent", b"").decode("latin-1")
        trace = trace_id(read_traceparent(given))
        with bound_contextvars(request_id=id_, **({"trace_id": trace} if trace else {})):
            try:
                await self._app(scope, receive, careful)
            finally:
                # The route's pattern, not the path: what stands in the path may be somebody's order.
                route = getattr(scope.get("route"), "path", "?")
                took = round((time.monotonic() - began) * 1000)
                level = logging.WARNING if status >= 500 else logging.DEBUG
                log.log(level, "%s %s: %s in %s ms", scope["method"], route, status, took)
