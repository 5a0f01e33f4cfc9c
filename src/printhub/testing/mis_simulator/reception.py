"""The way of one request through the MIS: let in, read, noted, worked on as its mode says, answered."""

import threading
from dataclasses import replace

from printhub.testing.mis_simulator.books import Ask, Books
from printhub.testing.mis_simulator.credentials import Auth, admits
from printhub.testing.mis_simulator.journal import Journal, Seen
from printhub.testing.mis_simulator.request import Content, place, read_content
from printhub.testing.simulator.answer import Answer
from printhub.testing.simulator.body import BrokenOff
from printhub.testing.simulator.modes import Ending, Mode, Work
from printhub.testing.simulator.reply import Reply
from printhub.testing.simulator.request import Request
from printhub.testing.simulator.script import Script

_UNAUTHORISED = Answer.error(401, "UNAUTHORISED", "The credentials are missing or wrong.")
_NO_ROUTE = Answer.error(404, "NO_ROUTE", "There is no such route.")


class Reception:
    """Serves many connections at once. Whatever touches books, journal or script holds `changed`; I/O never does."""

    def __init__(
        self, books: Books, journal: Journal, script: Script, auth: Auth | None, changed: threading.Condition
    ) -> None:
        self._books = books
        self._journal = journal
        self._script = script
        self._auth = auth
        self._changed = changed

    def receive(self, request: Request, site: str, closing: threading.Event) -> Reply:
        """Serve one request; `site` is the address of this MIS.

        It waits only on `closing`, so that a MIS that goes down leaves nobody hanging.
        """
        seen, ask = self._recognise(request)
        ask = replace(ask, site=site)
        try:
            return self._serve(request, seen, ask, closing)
        except BrokenOff:
            self._end(self._note(request, seen), "broken off", None)
            return Reply(None, Mode.DROPS_BEFORE_COMMIT)

    def _recognise(self, request: Request) -> tuple[Seen, Ask]:
        verb, reference = place(request)
        job, key = None, request.key
        if verb == "lookup":
            job, key = request.query.get("job"), request.query.get("key")
        with self._changed:
            job = job or self._books.job_of(reference, key if verb == "lookup" else None)
        body, query = request.body, request.query
        seen = Seen(0, request.method, request.path, query, request.headers, b"", body.size, verb, job, key)
        return seen, Ask(verb, reference, job, key)

    def _serve(self, request: Request, seen: Seen, ask: Ask, closing: threading.Event) -> Reply:
        # The slot of an upload is its own credential, as with pre-signed URLs.
        if ask.verb != "upload" and not admits(
            self._auth, request.method, request.path, request.query, request.headers
        ):
            return self._turn_away(request, seen, _UNAUTHORISED)
        if not ask.verb:
            return self._turn_away(request, seen, _NO_ROUTE)

        content = read_content(ask.verb, request) if ask.verb == "notify" else None
        if content is not None:
            seen, ask = replace(seen, job=content.job), replace(ask, job=content.job)
        with self._changed:
            mode = self._script.next(ask.verb, ask.job)
        seen = replace(seen, mode=mode.name)
        if mode.reads_half:
            request.body.read_half()
        elif content is None:
            content = read_content(ask.verb, request)

        number = self._note(request, seen)
        if mode.delay:
            closing.wait(mode.delay)
        answer = None if closing.is_set() else self._work(ask, content or Content(), mode)
        if mode.hang:
            closing.wait(mode.hang)
        if answer is None or mode.ending is not Ending.ANSWER:
            self._end(number, mode.ending.value if answer else Ending.CLOSE.value, None)
            return Reply(None, mode)
        self._end(number, mode.ending.value, answer.status)
        return Reply(answer, mode)

    def _turn_away(self, request: Request, seen: Seen, answer: Answer) -> Reply:
        request.body.drain()
        self._end(self._note(request, seen), Ending.ANSWER.value, answer.status)
        return Reply(answer, Mode.TAKES)

    def _work(self, ask: Ask, content: Content, mode: Mode) -> Answer:
        ask = replace(ask, files=content.files, announced=content.announced)
        honest = Answer.json(200, {})
        if content.fault is not None:
            honest = Answer.error(400, "MALFORMED", content.fault)
        elif mode.work is not Work.NONE:
            with self._changed:
                honest = self._books.work(ask, mode.work)
                self._changed.notify_all()
        return mode.answer or honest

    def _note(self, request: Request, seen: Seen) -> int:
        with self._changed:
            number = self._journal.add(replace(seen, body=request.body.kept, size=request.body.size))
            self._changed.notify_all()
        return number

    def _end(self, number: int, happened: str, status: int | None) -> None:
        with self._changed:
            self._journal.complete(number, happened, status)
            self._changed.notify_all()
