"""The application: all routes, behind one gate, with every error as a problem."""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from printhub.core.hub import Hub
from printhub.core.model.access import Right
from printhub.core.plugin.discovery import PluginInfo
from printhub.web.gate import Door, rights_of
from printhub.web.hygiene import Hygiene
from printhub.web.pace import Pace
from printhub.web.problems import MEDIA_TYPE, Problem, answer_problems
from printhub.web.routes import (
    bulk,
    callbacks,
    changes,
    deliveries,
    erasures,
    events,
    files,
    identity,
    jobs,
    orders,
    served,
    suppressions,
)
from printhub.web.routes import hub as hub_routes

_ROUTERS: tuple[APIRouter, ...] = (
    events.router,
    jobs.router,
    files.router,
    files.uploads,
    served.router,
    orders.router,
    deliveries.router,
    bulk.router,
    changes.router,
    erasures.router,
    suppressions.router,
    hub_routes.router,
    identity.router,
    identity.doorstep,
    callbacks.router,
    callbacks.listing,
)
_DESCRIPTION = """\
The hub between a web-to-print storefront and everything outside it. Say who you are with `Authorization: Bearer TOKEN`;
`printhub tokens add` makes a token. Errors are `application/problem+json` (RFC 9457). A repeated POST is one where it
carries the same `Idempotency-Key`.
"""
_PROBLEM: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "description": "Why it was not carried out",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    },
    "5XX": {
        "description": "A fault of the hub's own, or its store cannot be reached",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    },
}


def make_app(hub: Hub, plugins: Sequence[PluginInfo] = ()) -> FastAPI:
    """The API of `hub`; `plugins` are those that it shows."""
    web = hub.settings.web
    app = plain_app(max_body=web.max_body)
    app.state.door = Door(hub, Pace(web.requests_per_minute), plugins)
    app.add_middleware(Hygiene)
    return app


def plain_app(*, max_body: int | None = None) -> FastAPI:
    """The routes and their description, without a hub behind them; bodies may have so many bytes, files apart."""
    app = FastAPI(
        title="PrintHub",
        version=version("printhub"),
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        responses=_PROBLEM,
        max_body_size=max_body,
        redirect_slashes=False,
        generate_unique_id_function=_operation,
    )
    answer_problems(app)
    for router in _ROUTERS:
        app.include_router(router)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign] # FastAPI's own way of extending it
    return app


def rights() -> dict[tuple[str, str], tuple[Right, ...]]:
    """The rights that each route takes, by method and path; a route that takes none is not among them."""
    return {
        (method, route.path): needed
        for router in _ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and route.include_in_schema and (needed := rights_of(route.dependant))
        for method in route.methods or ()
    }


def _operation(route: APIRoute) -> str:
    return route.name


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        found = FastAPI.openapi(app)
        schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        found["components"]["schemas"].update(schema.pop("$defs", {}) | {"Problem": schema})
        app.openapi_schema = found
    return app.openapi_schema
