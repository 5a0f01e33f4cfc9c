"""SMTP connections that keep one deadline over all that is said, however slowly the other side says it."""

import io
import smtplib
import time
from typing import Any

_PIECE = 16 * 1024
"""Bytes that are sent at a time: one TLS record, so that the time is looked at between any two."""


class Line(smtplib.SMTP):
    """A connection whose deadline is of the whole, not of each byte; TLS comes by `starttls`."""

    def __init__(self, host: str, port: int, name: str | None, seconds: float, **facts: Any) -> None:
        """Connect and read the greeting within so many seconds; raises what `smtplib.SMTP` raises."""
        self.gave_up = False
        """Whether somebody took so long that nothing more is waited for."""
        self.keep_within(seconds)
        super().__init__(host, port, local_hostname=name, timeout=seconds, **facts)

    def keep_within(self, seconds: float) -> None:
        """Give all that follows so many seconds, until it is said anew."""
        self._until = time.monotonic() + seconds

    def hurry(self) -> None:
        """Let the next step take what is left of the time; raises TimeoutError where nothing is."""
        left = self._until - time.monotonic()
        if left <= 0:
            self.gave_up = True
            raise TimeoutError("the time for this conversation is over")
        if self.sock is not None:
            self.sock.settimeout(left)

    def send(self, s: Any) -> None:  # noqa: ANN401 - smtplib takes text and whatever holds bytes
        """Send bytes, or text as a command is encoded."""
        data = s.encode(self.command_encoding) if isinstance(s, str) else s
        for at in range(0, len(data), _PIECE):
            self.hurry()
            super().send(data[at : at + _PIECE])

    def getreply(self) -> tuple[int, bytes]:
        """Read a reply of however many lines."""
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(_Heard(self))
        return super().getreply()


class TlsLine(Line, smtplib.SMTP_SSL):
    """The same, TLS from the first byte (RFC 8314)."""


class _Heard(io.RawIOBase):
    """What comes over a line, as it comes."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - Python 3.11 has no name for it
        self._line.hurry()
        if self._line.sock is None:
            return 0
        return self._line.sock.recv_into(buffer)
