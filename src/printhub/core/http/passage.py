"""What the connections of one pool are told of the request under way: how long it may take, and when its bytes left."""

import threading
from collections.abc import Callable
from time import monotonic


def nothing() -> None:
    """Nobody wants to know."""


class Passage(threading.local):
    """One request's way through a connection; each thread sees its own."""

    def __init__(self) -> None:
        """Begin closed: no time to spend and nobody to tell."""
        self._until = 0.0
        self._leaving: Callable[[], None] = nothing
        self._gone: Callable[[], None] = nothing
        self.left = False
        """Whether a byte of the request may have gone out."""

    def open(self, until: float, leaving: Callable[[], None], gone: Callable[[], None] = nothing) -> None:
        """Begin a request that ends at `until` (monotonic seconds).

        `leaving` is called before its first byte, `gone` after its last one and before the answer is read.
        """
        self._until = until
        self._leaving = leaving
        self._gone = gone
        self.left = False

    def leave(self) -> None:
        """Mark the moment before the first byte goes out; later calls change nothing."""
        if not self.left:
            self.left = True
            self._leaving()

    def wait(self) -> None:
        """Mark that the request has left whole, and that its answer is read now."""
        if self.left:  # a proxy's answer to CONNECT is none
            self._gone()

    def remaining(self) -> float:
        """Seconds left, more than zero; raises TimeoutError when there are none."""
        seconds = self._until - monotonic()
        if seconds <= 0:
            raise TimeoutError("the deadline of the call has passed")
        return seconds
