"""A simulated partner as a test holds it: started, shut and opened again on one port, and waited for."""

import socket
import threading
import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self, TypeVar

from printhub.testing.simulator.door import HOST, Door, reserve
from printhub.testing.simulator.reply import Reply
from printhub.testing.simulator.request import Request

T = TypeVar("T")

_LOOK_AGAIN = 0.05  # seconds; a predicate may also ask about things of which the partner hears nothing


class Partner:
    """A partner on a free port of 127.0.0.1, used as a context manager. Each one says what it does with a request.

    Whatever touches what it keeps holds `changed`, and notifies it of changes.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition(threading.RLock())
        self._port = 0
        self._door: Door | None = None
        self._held: socket.socket | None = None  # keeps the port while the door is shut

    def _receive(self, request: Request, closing: threading.Event) -> Reply:
        """Serve one request; it waits only on `closing`."""
        raise NotImplementedError

    def _last(self) -> Iterable[str]:
        """The last requests, in words: what a time-out tells."""
        return ()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen. Raises RuntimeError if it was started before."""
        if self._port:
            raise RuntimeError(f"This {type(self).__name__} was started before; make a new one.")
        self._held = reserve()
        self._port = self._held.getsockname()[1]
        self.up()

    def stop(self) -> None:
        """Cut every connection, end every wait, and give the port back. What it saw and did stays readable."""
        self.down()
        if self._held is not None:
            self._held.close()
            self._held = None

    def down(self) -> None:
        """Refuse connections and cut the open ones. Work that was still waiting is never done."""
        if self._door is not None:
            self._door.close()
            self._door = None
            self._held = reserve(self._port)

    def up(self) -> None:
        """Serve again, on the same port."""
        if self._held is not None:
            self._door = Door(self._held, self._receive)
            self._held = None

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end. Raises RuntimeError before `start`."""
        if not self._port:
            raise RuntimeError(f"The {type(self).__name__} has no address before it is started.")
        return f"http://{HOST}:{self._port}"

    def wait_for(self, predicate: Callable[[], T], timeout: float = 5.0) -> T:
        """Wait until the predicate is truthy, and return what it returned.

        It is asked at every change, and now and then besides, while the partner holds still: keep it quick, and let it
        not call the partner over HTTP. Raises TimeoutError after `timeout` seconds.
        """
        deadline = time.monotonic() + timeout
        with self._changed:
            while not (found := predicate()):
                left = deadline - time.monotonic()
                if left <= 0:
                    last = "; ".join(self._last())
                    raise TimeoutError(f"Not within {timeout} s. The last requests: {last or 'none'}.")
                self._changed.wait(min(left, _LOOK_AGAIN))
            return found
