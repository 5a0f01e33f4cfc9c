"""Tells the process that serves a file when another process has written to it: a named pipe that lies beside it.

SQLite itself tells nobody. What is not rung for, because the file system has no pipes say, is found by looking.
"""

import contextlib
import errno
import os
import selectors
import stat
from pathlib import Path

_GOES_BY = 64 * 1024
"""Bytes that are read at once; each ring is one, and many may come together."""


def ring(pipe: Path) -> None:
    """Tell whoever listens that something was committed; nobody may listen, and that is no error."""
    with contextlib.suppress(OSError):
        end = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            os.write(end, b"!")  # a full pipe has told enough
        finally:
            os.close(end)


class Doorbell:
    """The listening end; used by one thread alone."""

    def __init__(self, pipe: Path) -> None:
        """Listen at `pipe`, which is made; raises OSError where that cannot be."""
        try:
            os.mkfifo(pipe, 0o600)
        except FileExistsError:
            if not stat.S_ISFIFO(pipe.lstat().st_mode):
                raise OSError(errno.EEXIST, "there is something else in its place", str(pipe)) from None
        # Open for writing as well: else it is at its end whenever nobody rings.
        self._end = os.open(pipe, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        self._selector = selectors.DefaultSelector()  # `select` itself knows no more than 1,024 files of a process
        self._selector.register(self._end, selectors.EVENT_READ)

    def rung(self, seconds: float) -> bool:
        """Wait so long at the most for somebody to ring; all that rang so far has rung once."""
        if not self._selector.select(max(0.0, seconds)):
            return False
        with contextlib.suppress(BlockingIOError):
            os.read(self._end, _GOES_BY)
        return True

    def close(self) -> None:
        """Stop listening."""
        self._selector.close()
        os.close(self._end)
