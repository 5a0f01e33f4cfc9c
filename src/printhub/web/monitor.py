"""The port for machines that watch a process: `/livez`, `/readyz` and `/metrics`, without a password.

It is served by threads of its own, so that it answers whatever the hub is busy with, and has a port of its own, so
that it is seen by nobody whom the API is there for.
"""

import json
import logging
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import ClassVar, Self, cast

from printhub.core.model.errors import ConfigInvalid, StoreUnavailable
from printhub.web.exposition import CONTENT_TYPE, Exposition
from printhub.web.readiness import Readiness

log = logging.getLogger(__name__)

_PATIENCE = 10
"""Seconds after which a connection is given up on which nothing comes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page says."""

    status: int
    body: bytes
    content_type: str = "text/plain; charset=utf-8"


class Monitor:
    """A server on one address, while it is used as a context manager."""

    def __init__(self, address: tuple[str, int], readiness: Readiness, exposition: Exposition) -> None:
        """Open the port; raises ConfigInvalid when that cannot be had."""
        pages = {
            "/livez": lambda: Answer(200, b"ok\n"),
            "/readyz": lambda: _readyz(readiness),
            "/metrics": lambda: _metrics(exposition),
        }
        try:
            self._server = _Server(address, pages)
        except OSError as error:
            where = f"{address[0]}:{address[1]}"
            raise ConfigInvalid([f"hub.metrics: cannot listen at {where}: {error.strerror or error}"]) from error
        self._thread = threading.Thread(target=self._server.serve_forever, name="monitor", daemon=True)

    @property
    def port(self) -> int:
        """The port that it listens at."""
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        """Answer from now on."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _readyz(readiness: Readiness) -> Answer:
    found = readiness.look()
    said = {"ready": found.ready, "checks": dict(found.checks)}
    return Answer(200 if found.ready else 503, json.dumps(said).encode() + b"\n", "application/json")


def _metrics(exposition: Exposition) -> Answer:
    try:
        return Answer(200, exposition.text(), CONTENT_TYPE)
    except StoreUnavailable as error:
        return Answer(503, f"{error}\n".encode())


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], pages: Mapping[str, Callable[[], Answer]]) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.pages = pages
        super().__init__(address, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 - the interface of socketserver
        log.debug("whoever asked went away")


class _Handler(BaseHTTPRequestHandler):
    timeout: ClassVar[float | None] = _PATIENCE
    server_version = "PrintHub"
    sys_version = ""

    def do_GET(self) -> None:
        self._say(self._answer())

    def do_HEAD(self) -> None:
        self._say(self._answer(), body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the interface of http.server
        log.debug(format, *args)

    def _answer(self) -> Answer:
        page = cast("_Server", self.server).pages.get(self.path.partition("?")[0])
        if page is None:
            return Answer(404, b"there are /livez, /readyz and /metrics\n")
        try:
            return page()
        except Exception:
            log.exception("the page %s could not be made", self.path)
            return Answer(500, b"a fault of the hub's own; its log tells more\n")

    def _say(self, answer: Answer, *, body: bool = True) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if body:
            self.wfile.write(answer.body)
