"""A TCP proxy on loopback that can cut, stall and heal what runs through it."""

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable

CHUNK = 64 * 1024


class Proxy:
    """Stands between clients and one server; everything gets through until a test says otherwise."""

    def __init__(self, server: tuple[str, int], tls: ssl.SSLContext | None = None) -> None:
        """Listen on a port of its own for those who want to speak to `server`; with `tls` they have to encrypt."""
        self._server = server
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.taken = 0
        """How many connections were taken so far."""
        self.refused = 0
        """How many were turned away because it was cut."""
        self.asked = 0
        """How many bytes came from clients."""
        self._refusing = False
        self._closed = False
        self._questions = threading.Event()
        self._answers = threading.Event()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._threads: list[threading.Thread] = []
        self.heal()
        self._run(self._accept)

    def cut(self) -> None:
        """Break every connection, and take no new one."""
        self._refusing = True
        self.drop()

    def drop(self) -> None:
        """Break every connection; new ones are taken."""
        for pair in self._pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
        self._pairs.clear()

    def stall(self, *, questions: bool = True, answers: bool = True) -> None:
        """Hold back what clients ask, what the server answers, or both; connections stay."""
        if questions:
            self._questions.clear()
        if answers:
            self._answers.clear()

    def heal(self, *, questions: bool = True, answers: bool = True) -> None:
        """Take connections again, and let through what was held back."""
        self._refusing = False
        if questions:
            self._questions.set()
        if answers:
            self._answers.set()

    def say(self, words: bytes) -> None:
        """Tell every client something in the server's name; only while the server itself is silent."""
        for client, _ in self._pairs:
            client.sendall(words)

    def close(self) -> None:
        """End it all."""
        self._closed = True
        self.cut()
        self.heal()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self._refusing:
                    self.refused += 1
                    # Closed at once and without a farewell, as a port on which nobody listens answers.
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    client.close()
                    continue
                self._connect(client)

    def _connect(self, client: socket.socket) -> None:
        try:
            if self._tls is not None:
                client = self._tls.wrap_socket(client, server_side=True)
            server = socket.create_connection(self._server, timeout=5)
        except OSError:
            client.close()
            return
        server.settimeout(None)
        self.taken += 1
        self._pairs.append((client, server))
        self._run(lambda: self._pump(client, server, self._questions, self._count))
        self._run(lambda: self._pump(server, client, self._answers, lambda _size: None))

    def _pump(
        self, source: socket.socket, target: socket.socket, gate: threading.Event, count: Callable[[int], None]
    ) -> None:
        with contextlib.suppress(OSError), source:
            while data := source.recv(CHUNK):
                count(len(data))
                while not gate.wait(0.2) and not self._closed:
                    pass
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)

    def _count(self, size: int) -> None:
        self.asked += size

    def _run(self, work: Callable[[], None]) -> None:
        self._threads.append(threading.Thread(target=work, daemon=True))
        self._threads[-1].start()
