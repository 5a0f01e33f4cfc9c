"""A bell that can be waited for together with a socket."""

import contextlib
import socket


class Bell:
    """Rung by any thread; heard by the one that waits on it in a selector."""

    def __init__(self) -> None:
        """Make a silent bell."""
        self._hear, self._ring = socket.socketpair()
        self._hear.setblocking(False)
        self._ring.setblocking(False)

    def fileno(self) -> int:
        """What a selector waits on."""
        return self._hear.fileno()

    def ring(self) -> None:
        """Wake whoever waits; ringing twice is ringing once."""
        with contextlib.suppress(OSError):  # full: it rings already; closed: nobody waits any more
            self._ring.send(b"!")

    def hush(self) -> None:
        """Fall silent; to be called before looking at what it was rung for."""
        with contextlib.suppress(BlockingIOError):
            while self._hear.recv(1024):
                pass

    def close(self) -> None:
        """Give both ends back."""
        self._hear.close()
        self._ring.close()
