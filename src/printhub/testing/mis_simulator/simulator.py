"""The simulated MIS as a test holds it: start it, script it, and read what it saw and did."""

import threading
from collections.abc import Collection, Iterable, Sequence

from printhub.testing.mis_simulator.books import Books
from printhub.testing.mis_simulator.credentials import Auth
from printhub.testing.mis_simulator.journal import Journal, Seen
from printhub.testing.mis_simulator.mis_job import MisJob
from printhub.testing.mis_simulator.reception import Reception
from printhub.testing.mis_simulator.request import VERBS
from printhub.testing.simulator.modes import Mode
from printhub.testing.simulator.partner import Partner
from printhub.testing.simulator.reply import Reply
from printhub.testing.simulator.request import Request
from printhub.testing.simulator.script import Script


class MisSimulator(Partner):
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
        super().__init__()
        self._books = Books(honours_key=honours_key, answers_lookups=answers_lookups, covers=covers)
        self._journal = Journal()
        self._script = Script("MIS", VERBS)
        self._reception = Reception(self._books, self._journal, self._script, auth, self._changed)

    def script(self, verb: str, *modes: Mode) -> None:
        """The next calls of this verb meet these modes, one each, in order; then the default again."""
        with self._changed:
            self._script.add(verb, modes)

    def for_job(self, job: str, verb: str, modes: Sequence[Mode]) -> None:
        """The next calls of this verb for this job of the hub meet these modes; the verb's own script waits."""
        with self._changed:
            self._script.add_about(job, verb, modes)

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

    def _last(self) -> Iterable[str]:
        return (f"{seen.method} {seen.path}: {seen.happened}" for seen in self.journal[-5:])

    def _receive(self, request: Request, closing: threading.Event) -> Reply:
        return self._reception.receive(request, self.url, closing)
