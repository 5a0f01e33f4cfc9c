"""What a kit watches while an adapter works: all that is said, and all that is opened."""

import contextlib
import io
import logging
import socket
import sys
import weakref
from collections.abc import Iterator
from types import FrameType


@contextlib.contextmanager
def overheard() -> Iterator[io.StringIO]:
    """All that is logged or printed meanwhile."""
    heard = io.StringIO()
    root, handler = logging.getLogger(), logging.StreamHandler(heard)
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with contextlib.redirect_stdout(heard), contextlib.redirect_stderr(heard):
            yield heard
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


@contextlib.contextmanager
def connected() -> Iterator[list[weakref.ref[socket.socket]]]:
    """The sockets that this thread connects meanwhile."""
    found: list[weakref.ref[socket.socket]] = []

    def watch(_frame: FrameType, event: str, function: object) -> None:
        owner = getattr(function, "__self__", None)
        if event == "c_call" and isinstance(owner, socket.socket) and getattr(function, "__name__", "") == "connect":
            found.append(weakref.ref(owner))

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield found
    finally:
        sys.setprofile(before)
