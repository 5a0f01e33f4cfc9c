"""The simulated MIS as a test holds it: start it, script it, and read what it saw and did."""

import socket
import threading
import time
from collections.abc import Callable, Collection, Sequence
from types import TracebackType
from typing import Self, TypeVar

from printhub.testing.mis_simulator.books import Books
from printhub.testing.mis_simulator.credentials import Auth
from printhub.testing.mis_simulator.door import HOST, Door, reserve
from printhub.testing.mis_simulator.journal import Journal, Seen
from printhub.testing.mis_simulator.mis_job import MisJob
from printhub.testing.mis_simulator.modes import Mode
from printhub.testing.mis_simulator.reception import Reception, Reply
from printhub.testing.mis_simulator.request import Request
from printhub.testing.mis_simulator.script import Script

T = TypeVar("T")

_LOOK_AGAIN = 0.05  # seconds; a predicate may also ask about things of which the MIS hears nothing


class MisSimulator:
    """A MIS with a JSON interface on a free port of 127.0.0.1.

    `honours_key`: the same Idempotency-Key again does nothing again. `answers_lookups`: jobs can be searched by our
    reference and by key. `auth`: what every call but a slot upload must prove, see `credentials`. `covers`: the verbs
    ("manifest", "assets") that a notification does as well.

    Scripts name the verbs `notify`, `manifest`, `assets`, `slots` (asking for upload slots), `upload` (filling one),
    `cancel`, `update`, `lookup` and `check`; an unknown verb raises ValueError.
    """

    def __init__(
        self,
        *,
        honours_key: bool = True,
        answers_lookups: bool = True,
        auth: Auth | None = None,
        covers: Collection[str] = (),
    ) -> None:
        self._books = Books(honours_key=honours_key, answers_lookups=answers_lookups, covers=covers)
        self._journal = Journal()
        self._script = Script()
        self._changed = threading.Condition()
        self._reception = Reception(self._books, self._journal, self._script, auth, self._changed)
        self._port = 0
        self._door: Door | None = None
        self._held: socket.socket | None = None  # keeps the port while the door is shut

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen. Raises RuntimeError if it was started before."""
        if self._port:
            raise RuntimeError("This MIS was started before; make a new one.")
        self._held = reserve()
        self._port = self._held.getsockname()[1]
        self.up()

    def stop(self) -> None:
        """Cut every connection, end every wait, and give the port back. What the MIS saw and did stays readable."""
        self.down()
        if self._held is not None:
            self._held.close()
            self._held = None

    def down(self) -> None:
        """Refuse connections and cut the open ones. Work that was still waiting is never done."""
        if self._door is not None:
            self._door.close()
            self._door = None
            self._held = reserve(self._port)

    def up(self) -> None:
        """Serve again, on the same port."""
        if self._held is not None:
            self._door = Door(self._held, self._receive)
            self._held = None

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end. Raises RuntimeError before `start`."""
        if not self._port:
            raise RuntimeError("The MIS has no address before it is started.")
        return f"http://{HOST}:{self._port}"

    def script(self, verb: str, *modes: Mode) -> None:
        """The next calls of this verb meet these modes, one each, in order; then the default again."""
        with self._changed:
            self._script.add(verb, modes)

    def for_job(self, job: str, verb: str, modes: Sequence[Mode]) -> None:
        """The next calls of this verb for this job of the hub meet these modes; the verb's own script waits."""
        with self._changed:
            self._script.add_for_job(job, verb, modes)

    def default(self, verb: str, mode: Mode) -> None:
        """Every call of this verb meets this mode, unless a script says otherwise. At first it is `Mode.TAKES`."""
        with self._changed:
            self._script.set_default(verb, mode)

    def decide(self, job: str, verdict: str) -> list[MisJob]:
        """Judge what was accepted for this job: "received" does it, "refused" drops it.

        Returns its entries as they were, with what was pending. Raises LookupError if nothing is.
        """
        with self._changed:
            decided = self._books.decide(job, verdict)
            self._changed.notify_all()
        return decided

    def print(self, job: str) -> None:
        """The job comes off the press; from now on it cannot be cancelled. Raises LookupError if it is unknown."""
        with self._changed:
            self._books.print(job)
            self._changed.notify_all()

    @property
    def journal(self) -> tuple[Seen, ...]:
        """Every request seen, in order. An answered request is complete here before its client reads the answer."""
        with self._changed:
            return self._journal.read()

    @property
    def jobs(self) -> dict[str, MisJob]:
        """The MIS's own books, by its own reference, in the order of taking."""
        with self._changed:
            return dict(self._books.jobs)

    def jobs_of(self, job: str) -> list[MisJob]:
        """The entries for one job of the hub: more than one if the MIS took it more than once."""
        with self._changed:
            return self._books.entries(job)

    def effects(self, job: str) -> int:
        """How many production tickets exist for this job of the hub: how often it will be printed."""
        return sum(entry.tickets for entry in self.jobs_of(job))

    def wait_for(self, predicate: Callable[[], T], timeout: float = 5.0) -> T:
        """Wait until the predicate is truthy, and return what it returned.

        It is asked at every change in the MIS, and now and then besides, while the MIS holds still: keep it quick, and
        let it not call the MIS over HTTP. Raises TimeoutError after `timeout` seconds.
        """
        deadline = time.monotonic() + timeout
        with self._changed:
            while not (found := predicate()):
                left = deadline - time.monotonic()
                if left <= 0:
                    last = "; ".join(f"{seen.method} {seen.path}: {seen.happened}" for seen in self.journal[-5:])
                    raise TimeoutError(f"Not within {timeout} s. The last requests: {last or 'none'}.")
                self._changed.wait(min(left, _LOOK_AGAIN))
            return found

    def _receive(self, request: Request, closing: threading.Event) -> Reply:
        return self._reception.receive(request, self.url, closing)
