"""Errors as `application/problem+json` (RFC 9457): each with a type that stays, and nothing of the input in it."""

import logging
import re
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import Field
from starlette.exceptions import HTTPException

from printhub.core.model.errors import (
    ActRefused,
    EventRefused,
    Forbidden,
    NotAuthenticated,
    NotFound,
    PrintHubError,
    Refused,
    StoreUnavailable,
    TooMany,
)
from printhub.shapes.event import Fault
from printhub.shapes.shape import Shape

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
_NAMES = {
    400: "bad_request",
    401: "not_authenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "not_possible",
    413: "too_large",
    415: "media_type",
    416: "range",
    422: "invalid",
    429: "too_many",
    500: "fault",
    503: "unavailable",
}
"""What each status is called in `type`."""
_PLACE = re.compile(r"[\w-]{1,64}")


class Problem(Shape):
    """Why a request was not carried out."""

    type: str
    """A URN that stays: `urn:printhub:problem:not_found`."""
    title: str
    status: int
    detail: str
    """What went wrong and what to do, in words for people."""
    code: str | None = None
    """The reason for programs, where there is a finer one than the type."""
    errors: list[Fault] = Field(default=[])
    request_id: str
    """What the log calls this request."""


def problem(
    request: Request,
    status: int,
    detail: str,
    *,
    code: str | None = None,
    errors: list[Fault] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer to a request that was not carried out."""
    name = _NAMES.get(status, "error")
    said = Problem(
        type=f"urn:printhub:problem:{name}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=code,
        errors=errors or [],
        request_id=request.scope.get("printhub.request_id", ""),
    )
    body = said.model_dump(mode="json", exclude_none=True)
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def answer_problems(app: FastAPI) -> None:
    """Answer every error of the hub and of the framework as a problem."""

    @app.exception_handler(PrintHubError)
    def hub_error(request: Request, error: PrintHubError) -> Response:
        return _of_hub(request, error)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        found = [Fault(pointer=_place(fault["loc"]), detail=fault["msg"]) for fault in error.errors()[:20]]
        words = "; ".join(f"{one.pointer or 'the body'}: {one.detail}" for one in found[:3])
        return problem(request, 422, words, errors=found)

    @app.exception_handler(HTTPException)
    def http_error(request: Request, error: HTTPException) -> Response:
        return problem(request, error.status_code, _words(error), headers=error.headers)

    @app.exception_handler(Exception)
    def fault(request: Request, error: Exception) -> Response:
        log.error("a request could not be answered", exc_info=error)
        return problem(request, 500, "a fault of the hub's own; its log tells more under this request's id")


def _of_hub(request: Request, error: PrintHubError) -> Response:
    match error:
        case EventRefused():
            found = [Fault(pointer=pointer, detail=detail) for pointer, detail in error.faults]
            status = {"too_large": 413, "same_id": 409}.get(error.code, 422)
            return problem(request, status, error.detail, code=error.code, errors=found)
        case NotAuthenticated() | Refused():
            headers = {"WWW-Authenticate": "Bearer"} if isinstance(error, NotAuthenticated) else None
            return problem(request, 401, str(error), headers=headers)
        case Forbidden():
            return problem(request, 403, str(error))
        case NotFound():
            return problem(request, 404, str(error))
        case ActRefused():
            return problem(request, 409, str(error))
        case TooMany():
            wait = max(1, round(error.retry_after.total_seconds()))
            return problem(request, 429, str(error), headers={"Retry-After": str(wait)})
        case StoreUnavailable():
            return problem(request, 503, str(error), headers={"Retry-After": "2"})
        case _:
            log.error("a request could not be carried out", exc_info=error)
            return problem(request, 500, "a fault of the hub's own; its log tells more under this request's id")


def _words(error: HTTPException) -> str:
    if error.status_code == 404:
        return "there is nothing at this address; /openapi.json lists what there is"
    if error.status_code == 405:
        return "this address does not take this method"
    if error.status_code == 413:
        return "the body is larger than what is taken in here"
    return str(error.detail)


def _place(steps: tuple[int | str, ...]) -> str:
    # A key of free attributes is input too: whatever does not look like a name is not repeated.
    named = [text if _PLACE.fullmatch(text) else "?" for text in map(str, steps[:8])]
    if named[:1] == ["body"]:
        return "".join(f"/{step}" for step in named[1:])
    return "/".join(named)
