"""A thread that keeps one connection open, and is alone in touching it: kombu's connections are for one thread."""

import threading
import time
from collections.abc import Callable
from typing import Protocol

from printhub.core.bus.bell import Bell
from printhub.core.bus.link import Link
from printhub.core.bus.outage import Outage
from printhub.core.bus.waits import Waits


class Session(Protocol):
    """What is done on a connection. Whatever these raise ends the connection, and the next one begins."""

    def begin(self, link: Link) -> None:
        """Set up what is needed on a fresh connection."""

    def turn(self, link: Link) -> None:
        """Do what others asked for since."""

    def broken(self, why: str) -> None:
        """The connection is gone, or there will be none; also said at the end."""


class Owner:
    """Runs a session on one connection after another, until it is closed."""

    def __init__(
        self, name: str, session: Session, connect: Callable[[Bell], Link], outage: Outage, waits: Waits
    ) -> None:
        """Own the connections that `connect` opens; `outage` hears how they fare."""
        self._name = name
        self._session = session
        self._connect = connect
        self._outage = outage
        self._waits = waits
        self._bell = Bell()
        self._closing = threading.Event()
        self._link: Link | None = None
        self._thread = threading.Thread(target=self._run, name=f"bus-{name}", daemon=True)

    def start(self) -> None:
        """Begin to connect."""
        self._thread.start()

    def ring(self) -> None:
        """Have the session take its turn now."""
        self._bell.ring()

    def close(self) -> None:
        """Let the session take a last turn, and end; a connection that hangs is cut."""
        if self._closing.is_set():
            return
        self._closing.set()
        self._bell.ring()
        self._thread.join(self._waits.close)
        if (link := self._link) is not None:
            link.cut()
            self._thread.join(self._waits.close)
        # Else it is about to connect: that cannot be cut short, ends by itself, and keeps nobody.

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._serve()
            except Exception as error:  # noqa: BLE001 - a broken connection raises anything, also KeyError
                pause = self._outage.lost(self._name, error)
                self._session.broken(f"{type(error).__name__}: {error}")
                self._closing.wait(pause)
        self._session.broken("the bus is closed")
        self._outage.left(self._name)
        self._bell.close()

    def _serve(self) -> None:
        link = self._link = self._connect(self._bell)
        whole = False
        try:
            if not self._closing.is_set():
                with link.within(self._waits.answer, "declaring the queues"):
                    self._session.begin(link)
                self._take_turns(link)
            whole = True
        finally:
            link.close(politely=whole)
            self._link = None

    def _take_turns(self, link: Link) -> None:
        good_at: float | None = time.monotonic() + self._waits.settle
        ending = False
        while not ending:
            ending = self._closing.is_set()
            pause = self._waits.beat if good_at is None else min(self._waits.beat, self._waits.settle)
            link.listen(0 if ending else pause)
            self._session.turn(link)
            link.beat()
            if good_at is not None and time.monotonic() >= good_at:
                self._outage.back(self._name)
                good_at = None
