"""A storefront's endpoint for webhooks, on loopback: it answers as it is told, and keeps what came."""

import json
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self, cast


@dataclass(frozen=True, slots=True)
class Came:
    """One request: what it said, and what it was answered."""

    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    answered: int

    @property
    def id(self) -> str:
        """What the webhook is called; a repeated one has the same."""
        return self.headers["webhook-id"]

    @property
    def event(self) -> dict[str, Any]:
        """The event in the body."""
        found: dict[str, Any] = json.loads(self.body)
        return found


_NOTHING = 0


@dataclass(slots=True)
class _Answers:
    usual: int = 204
    next: deque[tuple[int, Mapping[str, str]]] = field(default_factory=deque)


class WebhookReceiver:
    """Takes webhooks while it is used as a context manager."""

    def __init__(self) -> None:
        """Open a port."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.answers = _Answers()  # type: ignore[attr-defined] # what its handlers read
        self._server.came = []  # type: ignore[attr-defined] # what they keep
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """The endpoint's address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/webhooks"

    @property
    def came(self) -> list[Came]:
        """Everything that came, in its order."""
        return list(cast("list[Came]", self._server.came))  # type: ignore[attr-defined] # see above

    @property
    def taken(self) -> list[Came]:
        """What came and was answered with 2xx."""
        return [one for one in self.came if 200 <= one.answered < 300]

    def answer(self, status: int, **headers: str) -> None:
        """Answer the next request so; those that are told of first come first."""
        self._answers.next.append((status, {name.replace("_", "-"): value for name, value in headers.items()}))

    def break_off(self) -> None:
        """Take the next request, and close the connection without an answer."""
        self._answers.next.append((_NOTHING, {}))

    def answer_all(self, status: int) -> None:
        """Answer so whatever comes, from now on."""
        self._answers.usual = status

    def __enter__(self) -> Self:
        """Take what comes from now on."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def _answers(self) -> _Answers:
        return cast("_Answers", self._server.answers)  # type: ignore[attr-defined] # see above


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answers: _Answers = self.server.answers  # type: ignore[attr-defined] # see above
        status, headers = answers.next.popleft() if answers.next else (answers.usual, {})
        came = Came({name.lower(): value for name, value in self.headers.items()}, body, status)
        self.server.came.append(came)  # type: ignore[attr-defined] # see above
        if status == _NOTHING:
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the interface of http.server
        """Nothing is written."""
