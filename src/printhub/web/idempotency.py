"""An Idempotency-Key makes a repeated request one: the answer to the first is given again (IETF draft 07).

The key belongs to whoever asks; it is kept for a day. Another request under the same key is refused, and one that comes
while the first is being carried out is told to come again.
"""

import hashlib
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from anyio.to_thread import run_sync
from fastapi import Request
from fastapi.responses import Response
from fastapi.routing import APIRoute

from printhub.core.hub import Hub
from printhub.core.store import replies
from printhub.core.store.replies import Reply
from printhub.web.gate import COOKIE, door_of
from printhub.web.problems import problem

HEADER = "Idempotency-Key"
_LONGEST = 255
_LIFE = timedelta(hours=24)
_ABANDONED = timedelta(minutes=1)
"""After this time a request that was never answered counts as not made: its process died."""

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class OnceRoute(APIRoute):
    """A route whose POST, PUT, PATCH and DELETE honour an Idempotency-Key."""

    def get_route_handler(self) -> Handler:
        """Wrap what FastAPI makes."""
        plain: Handler = super().get_route_handler()
        if set(self.methods or ()) <= {"GET", "HEAD"}:
            return plain

        async def once(request: Request) -> Response:
            given = request.headers.get(HEADER)
            if given is None:
                return await plain(request)
            return await _once(request, given, plain)

        return once


async def _once(request: Request, given: str, plain: Handler) -> Response:
    key = given.strip().removeprefix('"').removesuffix('"')
    if not key or len(key) > _LONGEST or not key.isprintable():
        return problem(request, 400, f"{HEADER}: expected 1 to {_LONGEST} printable characters")
    hub, scope, body = door_of(request).hub, _scope(request), await request.body()
    asked = f"{request.method} {request.url.path}?{request.url.query}\n".encode() + body
    fingerprint = hashlib.sha256(asked).hexdigest()
    known = await run_sync(lambda: _begin(hub, scope, key, fingerprint))
    if known is not None:
        return _again(request, known, fingerprint)
    answered = False
    try:
        response = await plain(request)
        if response.status_code < 500:
            content = bytes(response.body)
            kept = Reply(fingerprint, hub.rules.now(), response.status_code, response.media_type, content)
            await run_sync(lambda: hub.store.write(lambda tx: replies.answer(tx, scope, key, kept)))
            answered = True
        return response
    finally:
        if not answered:
            await run_sync(lambda: hub.store.write(lambda tx: replies.forget(tx, scope, key)))


def _begin(hub: Hub, scope: str, key: str, fingerprint: str) -> Reply | None:
    now = hub.rules.now()
    return hub.store.write(
        lambda tx: replies.begin(
            tx, scope, key, Reply(fingerprint, now), dead_before=now - _ABANDONED, old_before=now - _LIFE
        )
    )


def _again(request: Request, known: Reply, fingerprint: str) -> Response:
    if known.fingerprint != fingerprint:
        return problem(request, 422, f"{HEADER}: another request was made under this key", code="key_reused")
    if known.status is None:
        detail = "the first request under this key is being carried out; ask again in a moment"
        return problem(request, 409, detail, code="in_flight", headers={"Retry-After": "1"})
    headers = {"Idempotency-Replayed": "true"}
    return Response(known.body, status_code=known.status, media_type=known.media_type, headers=headers)


def _scope(request: Request) -> str:
    """Whose key it is, without keeping the secret: a hash of what they prove themselves by."""
    proof = request.headers.get("Authorization") or request.cookies.get(COOKIE) or ""
    return hashlib.sha256(proof.encode()).hexdigest()
