"""One request to the hub, tried again where that is safe."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import requests
from requests import RequestException, Response, Session
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from printhub.client.errors import HubRefused, HubUnreachable

_FOR_NOW = (408, 425, 429, 500, 502, 503, 504)
"""Answers that may be others in a moment."""
_LONGEST_WAIT = 60.0


class _ForNow(Exception):
    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.wait = wait


class Exchange:
    """Requests to one hub, over one session; for one thread at a time."""

    def __init__(self, url: str, token: str, *, timeout: float, attempts: int, session: Session | None = None) -> None:
        """Ask the hub at `url`; each try may take `timeout` seconds, and there are `attempts` at the most."""
        self._url = url.rstrip("/")
        self._timeout = timeout
        self._attempts = attempts
        self._session = session or Session()
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json, application/problem+json"}

    def get(self, path: str, params: Mapping[str, Any] | None = None, *, timeout: float | None = None) -> Any:  # noqa: ANN401 - JSON
        """Ask for something; raises HubRefused, HubUnreachable."""
        return self._safe("GET", path, params=params, timeout=timeout or self._timeout).json()

    def post(self, path: str, body: Any, params: Mapping[str, Any] | None = None, *, method: str = "POST") -> Any:  # noqa: ANN401 - JSON
        """Have something done once, however often it has to be tried: under an Idempotency-Key of its own."""
        headers = {"Idempotency-Key": uuid4().hex}
        return self._safe(method, path, params=params, json=body, headers=headers).json()

    def send(self, path: str, body: bytes, content_type: str) -> Any:  # noqa: ANN401 - JSON
        """Hand in bytes that may be handed in again at any time."""
        return self._safe("POST", path, data=body, headers={"Content-Type": content_type}).json()

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _safe(self, method: str, path: str, **request: Any) -> Response:
        headers = self._headers | request.pop("headers", {})
        request.setdefault("timeout", self._timeout)
        backoff = wait_exponential_jitter(multiplier=0.2, max=10)

        def wait(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            asked = error.wait if isinstance(error, _ForNow) else None
            return min(asked, _LONGEST_WAIT) if asked is not None else backoff(state)

        tries = Retrying(
            retry=retry_if_exception_type(_ForNow),
            stop=stop_after_attempt(self._attempts),
            wait=wait,
            reraise=True,
        )
        try:
            found: Response = tries(self._once, method, f"{self._url}{path}", headers, request)
        except _ForNow as error:
            raise HubUnreachable(f"{method} {path}: {error}") from error
        return found

    def _once(self, method: str, url: str, headers: Mapping[str, str], request: dict[str, Any]) -> Response:
        try:
            answer = self._session.request(method, url, headers=headers, allow_redirects=False, **request)
        except RequestException as error:
            # What the error quotes is the address alone: the token is in no text of it.
            raise _ForNow(f"no answer: {type(error).__name__}") from error
        if answer.status_code in _FOR_NOW:
            raise _ForNow(f"the hub answered {answer.status_code}", _seconds(answer.headers.get("Retry-After")))
        if not answer.ok or answer.is_redirect:
            raise HubRefused(answer.status_code, _problem(answer))
        return answer


def _seconds(text: str | None) -> float | None:
    return float(text) if text and text.isdecimal() else None


def _problem(answer: Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except requests.JSONDecodeError:
        found = None
    return found if isinstance(found, dict) else {"title": answer.reason, "status": answer.status_code}
