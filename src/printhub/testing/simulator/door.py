"""The listening side of a simulated partner: one thread a connection, keep-alive, a door that can be shut for real."""

import selectors
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import BaseServer
from types import MappingProxyType
from typing import TypeAlias
from urllib.parse import parse_qsl, urlsplit

from printhub.testing.simulator.answer import Answer
from printhub.testing.simulator.body import PIECE, Body
from printhub.testing.simulator.modes import Ending, Mode
from printhub.testing.simulator.reply import Reply
from printhub.testing.simulator.request import Request

Receive: TypeAlias = Callable[[Request, threading.Event], Reply]

HOST = "127.0.0.1"
_LINGER_NONE = struct.pack("ii", 1, 0)  # SO_LINGER on, 0 s: close() sends RST instead of FIN
_GRACE = 2.0  # seconds in which the threads of shut connections must have ended


def reserve(port: int = 0) -> socket.socket:
    """A socket that holds a port (0: a free one) without listening, so that whoever connects is refused.

    While it is down the port must stay taken: another process, or the client's own outgoing connection, could be
    given it otherwise.
    """
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind((HOST, port))
    return held


class Door(BaseServer):
    """Serves a reserved port from construction until `close`."""

    def __init__(self, held: socket.socket, receive: Receive) -> None:
        super().__init__(held.getsockname(), _Conversation)
        self.receive = receive
        self.closing = threading.Event()
        self._listener = held
        self._connections: set[socket.socket] = set()
        self._ended = threading.Condition()
        self._listener.listen(128)
        self._listener.setblocking(False)
        self._bell, self._waker = socket.socketpair()
        self._porter = threading.Thread(target=self._admit, name="simulator", daemon=True)
        self._porter.start()

    def close(self) -> None:
        """Refuse new connections, cut the open ones, end every wait."""
        self._waker.send(b"!")
        self._porter.join()
        self._listener.close()
        self._bell.close()
        self._waker.close()
        self.closing.set()
        with self._ended:
            for connection in self._connections:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            self._ended.wait_for(lambda: not self._connections, _GRACE)

    def _admit(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            selector.register(self._bell, selectors.EVENT_READ)
            while True:
                ready = [key.fileobj for key, _ in selector.select()]
                if self._bell in ready:
                    return
                with suppress(OSError):  # the client has already gone
                    connection, _ = self._listener.accept()
                    connection.setblocking(True)
                    with self._ended:
                        self._connections.add(connection)
                    threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        try:
            with suppress(OSError):  # the client, or `close`, has cut the connection
                _Conversation(connection, connection.getpeername(), self)
        finally:
            connection.close()
            with self._ended:
                self._connections.discard(connection)
                self._ended.notify_all()


class _Conversation(BaseHTTPRequestHandler):
    """One connection and its requests, one after the other."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(self, connection: socket.socket, address: tuple[str, int], door: Door) -> None:
        self._door = door
        super().__init__(connection, address, door)  # serves the connection to its end

    def __getattr__(self, name: str) -> Callable[[], None]:
        """The `do_GET`, `do_POST` … that http.server asks for: every method goes the same way."""
        if name.startswith("do_"):
            return self._respond
        raise AttributeError(name)

    def _respond(self) -> None:
        url = urlsplit(self.path)
        headers = MappingProxyType({name.lower(): value for name, value in self.headers.items()})
        query = MappingProxyType(dict(parse_qsl(url.query, keep_blank_values=True)))
        body = Body(self.rfile, headers)
        reply = self._door.receive(Request(self.command, url.path, query, headers, body), self._door.closing)
        if reply.answer is not None:
            self._send(reply.answer, reply.mode)
            return
        self.close_connection = True
        if reply.mode.ending is Ending.RESET:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NONE)

    def _send(self, answer: Answer, mode: Mode) -> None:
        headers = {
            "Content-Type": "application/json",
            "Content-Length": str(len(answer.body) + mode.padding),
            **({"Connection": "close"} if self.close_connection else {}),
            **answer.headers,
        }
        lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        if mode.drip:
            self.wfile.write(head)
            for at in range(len(answer.body)):
                self._door.closing.wait(mode.drip)
                self.wfile.write(answer.body[at : at + 1])
            return
        self.wfile.write(head + answer.body)
        for left in range(mode.padding, 0, -PIECE):
            self.wfile.write(b" " * min(PIECE, left))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Nothing: the journal is the log."""
