"""Tells whoever started this process how it stands: systemd over its socket (sd_notify), machines over HTTP."""

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping

from printhub.core.flow.metrics import Tallies, metrics
from printhub.core.hub import Hub
from printhub.core.store.revision import require_writable
from printhub.web.exposition import Exposition
from printhub.web.monitor import Monitor
from printhub.web.readiness import Check, Readiness


class Supervisor:
    """Says when the process is ready, that it lives, and that it is about to end."""

    def __init__(self, environ: Mapping[str, str], readiness: Readiness) -> None:
        """`environ` names systemd's socket, and how often it wants to hear (sd_notify(3), sd_watchdog_enabled(3))."""
        self._socket = environ.get("NOTIFY_SOCKET", "")
        wanted = environ.get("WATCHDOG_USEC", "")
        self._every = int(wanted) / 2_000_000 if wanted.isdecimal() else None
        self._readiness = readiness

    def until(self, stop: threading.Event) -> None:
        """Be ready until `stop` is set, and say so."""
        self._readiness.begin()
        self._tell("READY=1")
        while not stop.wait(self._every):
            self._tell("WATCHDOG=1")
        self._readiness.end()
        self._tell("STOPPING=1")

    def _tell(self, state: str) -> None:
        if not self._socket:
            return
        # A name that begins with @ is one of Linux's abstract sockets, which begin with a zero byte.
        address = f"\0{self._socket[1:]}" if self._socket.startswith("@") else self._socket
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.sendto(state.encode(), address)


@contextlib.contextmanager
def supervised(environ: Mapping[str, str], hub: Hub, checks: Mapping[str, Check] | None = None) -> Iterator[Supervisor]:
    """Serve health and metrics of a process that is about to work on `hub`, where a port is configured for them.

    `checks` are those of what else it needs to be ready. Raises ConfigInvalid when the port cannot be had.
    """
    readiness = Readiness({"store": lambda: require_writable(hub.store), **(checks or {})})
    tallies = Tallies(hub.rules)
    exposition = Exposition(lambda: hub.store.read(lambda tx: metrics(tx, hub.rules, tallies)))
    with contextlib.ExitStack() as open_:
        if hub.settings.hub.metrics is not None:
            open_.enter_context(Monitor(hub.settings.hub.metrics_address, readiness, exposition))
        yield Supervisor(environ, readiness)
