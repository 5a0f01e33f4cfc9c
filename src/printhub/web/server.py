"""The server of the doors: uvicorn on a thread, from before the hub is ready until its last request is answered."""

import socket
import threading
from types import TracebackType
from typing import Self

import uvicorn
from fastapi import FastAPI

from printhub.core.model.errors import ConfigInvalid
from printhub.core.settings.sections import WebSettings

_PATIENCE = 10
"""Seconds in which requests may end that are under way when the hub stops."""


class WebServer:
    """Answers on the address of the settings, while it is used as a context manager."""

    def __init__(self, app: FastAPI, web: WebSettings) -> None:
        """Open the port; raises ConfigInvalid when that cannot be had."""
        host, port = web.address
        self._socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((host, port))
        except OSError as error:
            self._socket.close()
            raise ConfigInvalid([f"web.listen: cannot listen at {web.listen}: {error.strerror or error}"]) from error
        config = uvicorn.Config(
            app,
            log_config=None,
            log_level="warning",  # that it begins and ends, the hub says itself
            access_log=False,
            server_header=False,
            proxy_headers=bool(web.trusted_proxies),
            forwarded_allow_ips=list(web.trusted_proxies),
            timeout_graceful_shutdown=_PATIENCE,
            lifespan="off",
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="web", daemon=True)

    @property
    def port(self) -> int:
        """The port that it listens at."""
        return int(self._socket.getsockname()[1])

    def __enter__(self) -> Self:
        """Answer from now on."""
        self._socket.listen(2048)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take no more connections, let end what is under way, and close the port."""
        self._server.should_exit = True
        self._thread.join(_PATIENCE + 5)
        self._socket.close()
