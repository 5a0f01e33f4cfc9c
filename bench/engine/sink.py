"""The partner at the other end, a process of its own: says yes at once, and remembers what was asked of it and when.

`python -m bench.engine.sink` says its port in one line and serves until its standard input is closed. A POST to
`INSTANCE/VERB/JOB` is a call; paths that begin with `-` steer the sink itself.
"""

import asyncio
import json
import re
import sys
import time

from bench.engine.gate import Gate

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_YES = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


class Journal:
    """Every call in the order of its arrival: (path, monotonic time, bytes of its body)."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, float, int]] = []
        self.gate = Gate()

    def steered(self, path: str) -> bytes:
        """Carry out what a path that begins with `-` asks for."""
        what, _, name = path.removeprefix("-/").partition("/")
        match what:
            case "count":
                return str(len(self.calls)).encode()
            case "calls":
                return json.dumps(self.calls).encode()
            case "forget":
                self.calls.clear()
            case "hang":
                self.gate.close(name)
            case "release":
                self.gate.open()
            case _:
                return b"unknown"
        return b"ok"


class Sink(asyncio.Protocol):
    """One connection, kept alive; requests come one after the other."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what a TCP server always hands over
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is there as a whole."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            found = _LENGTH.search(head)
            length = int(found[1]) if found else 0
            if len(self._buffer) < end + 4 + length:
                return
            self._buffer = self._buffer[end + 4 + length :]
            self._take(head.split(b" ", 2)[1][1:].decode(), length)

    def _take(self, path: str, length: int) -> None:
        if path.startswith("-"):
            said = self._journal.steered(path)
            self._answer(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(said), said))
            return
        self._journal.calls.append((path, time.monotonic(), length))
        if not self._journal.gate.waits(path.partition("/")[0], lambda: self._answer(_YES)):
            self._answer(_YES)

    def _answer(self, answer: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(answer)


async def _serve() -> None:
    journal = Journal()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Sink(journal), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve())
