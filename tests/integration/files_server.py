"""A web server on loopback for files, which answers as a test says - or not at all."""

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress

from printhub.testing.pdf import tiny_pdf

CONTENT = tiny_pdf("front") * 50

Behave = Callable[[socket.socket, str], None]


class Server:
    """A server on loopback; `behave` answers each request, given the connection and the request's head."""

    def __init__(self, behave: Behave, tls: ssl.SSLContext | None = None) -> None:
        self._behave = behave
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.heads: list[str] = []
        self.closing = threading.Event()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def url(self, path: str = "/front.pdf", host: str = "files.example") -> str:
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}"

    def close(self) -> None:
        self.closing.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._threads.append(threading.Thread(target=self._serve, args=(connection,), daemon=True))
                self._threads[-1].start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.settimeout(10)
            spoken = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
            with spoken, spoken.makefile("rb") as reading:
                lines = iter(reading.readline, b"\r\n")
                head = b"".join(line for line in lines if line).decode()
                self.heads.append(head)
                self._behave(spoken, head)


def answer(status: str = "200 OK", body: bytes = CONTENT, **headers: str) -> Behave:
    named = {"Content-Length": str(len(body))} | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())

    def behave(connection: socket.socket, _head: str) -> None:
        connection.sendall(f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body)

    return behave


def redirect(location: str, status: str = "302 Found") -> Behave:
    return answer(status, b"", Location=location)


def raw(data: bytes) -> Behave:
    return lambda connection, _head: connection.sendall(data)


def in_turn(*behaviours: Behave) -> Behave:
    """One behaviour for each request, in this order."""
    left = list(behaviours)

    def behave(connection: socket.socket, head: str) -> None:
        left.pop(0)(connection, head)

    return behave
