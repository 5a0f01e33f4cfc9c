"""One open connection to RabbitMQ with one channel, on which no wait is without an end."""

import contextlib
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator

from kombu.connection import Connection

from printhub.core.bus.bell import Bell
from printhub.core.bus.waits import Waits

_INSTANT = 0.001  # with 0, py-amqp would spin on a frame that has arrived by half


class Link:
    """Used by the thread alone that opened it; only `cut` may be called by others."""

    def __init__(self, url: str, name: str, bell: Bell, waits: Waits, on_blocked: Callable[[bool], None]) -> None:
        """Connect, at once and once; `name` is shown by the broker's tools.

        `on_blocked` hears when the broker takes no messages for now, and when it does again.
        Raises OSError or AMQPError.
        """
        self._bell = bell
        self._waits = waits
        self._beat_at = 0.0
        kombu = Connection(
            url,
            ssl={"server_hostname": None} if url.startswith("amqps:") else False,  # None: the url's name is checked
            connect_timeout=waits.connect,
            heartbeat=waits.heartbeat,
            transport_options={
                "on_blocked": lambda _reason: on_blocked(True),
                "on_unblocked": lambda: on_blocked(False),
                "client_properties": {"connection_name": name},
            },
        )
        kombu.ensure_connection(max_retries=0, reraise_as_library_errors=False)
        # From here on py-amqp's own connection is used: kombu's connects anew in the middle of any call.
        self._amqp = kombu.connection
        self._socket: socket.socket = self._amqp.sock
        self._socket.settimeout(waits.answer)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._socket, selectors.EVENT_READ)
        self._selector.register(bell, selectors.EVENT_READ)
        try:
            with self.within(waits.answer, "opening a channel"):
                self.channel = self._amqp.channel()
        except BaseException:
            self.close(politely=False)
            raise
        self.channel.auto_decode = False  # bodies stay the bytes that they are, whatever encoding they claim

    def listen(self, seconds: float) -> None:
        """Handle all that the broker says; return when it has said something, when the bell rings, or after a while."""
        heard = [key.fileobj for key, _ in self._selector.select(seconds)]
        self._bell.hush()
        if heard != [self._bell]:
            with contextlib.suppress(TimeoutError):
                while True:
                    self._amqp.drain_events(timeout=_INSTANT)

    def read(self) -> None:
        """Wait for one message of the broker and handle it."""
        self._amqp.drain_events()

    def beat(self) -> None:
        """Say that we live, when it is time to; raises amqp's ConnectionForced when the broker seems dead."""
        now = time.monotonic()
        if now - self._beat_at >= self._waits.beat:
            self._beat_at = now
            self._amqp.heartbeat_tick()

    @contextlib.contextmanager
    def within(self, seconds: float, what: str) -> Iterator[None]:
        """Bound what is done inside; raises TimeoutError, and then the connection is of no more use.

        py-amqp waits for answers without an end, and its own timeout begins anew with every heartbeat.
        """
        over = threading.Event()

        def end() -> None:
            over.set()
            self.cut()

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            yield
        except Exception as error:
            if over.is_set():
                raise TimeoutError(f"{what} took more than {seconds:g} s") from error
            raise
        finally:
            timer.cancel()

    def cut(self) -> None:
        """End the connection under its owner, who finds it broken; may be called by any thread."""
        with contextlib.suppress(OSError):
            # The plain socket's: that of a TLS socket would take its state away while another thread reads.
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def close(self, *, politely: bool) -> None:
        """Give the connection back; `politely` says farewell first, which a broken one cannot."""
        if politely:
            with contextlib.suppress(Exception), self.within(self._waits.close, "the farewell"):
                self._amqp.close()
        with contextlib.suppress(Exception):  # py-amqp tears a connection down with whatever error comes up
            self._amqp.collect()
        self._selector.close()
