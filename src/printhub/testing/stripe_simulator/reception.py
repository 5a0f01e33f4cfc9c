"""The way of one request through the simulated Stripe: let in, noted, worked on once for each key, answered."""

import base64
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from printhub.testing.simulator.answer import Answer
from printhub.testing.simulator.body import BrokenOff
from printhub.testing.simulator.modes import Ending, Mode, Work
from printhub.testing.simulator.reply import Reply
from printhub.testing.simulator.request import Request
from printhub.testing.simulator.script import Script
from printhub.testing.stripe_simulator.books import Books
from printhub.testing.stripe_simulator.form import read_form
from printhub.testing.stripe_simulator.keys import Keys
from printhub.testing.stripe_simulator.refusal import Refusal
from printhub.testing.stripe_simulator.routes import VERBS, answered, recognised


@dataclass(frozen=True)
class Asked:
    """One request that reached Stripe."""

    verb: str
    """`refund`, `refunds` (the list), `payment`, `charge`, `void`, `balance` …; empty where there is no such route."""
    name: str
    """The id in its path."""
    pairs: Sequence[tuple[str, str]]
    """Its form or query, in its order."""
    key: str | None
    """Its idempotency key."""
    version: str | None
    """The version of the API that it asked for."""
    headers: dict[str, str] = field(repr=False)
    """By lower-case name."""


class Reception:
    """Serves many connections at once. Whatever touches the books holds `changed`; no waiting does."""

    def __init__(self, books: Books, secret_key: str, changed: threading.Condition) -> None:
        self.keys = Keys()
        self.journal: list[Asked] = []
        self._books = books
        self.secret_keys = {secret_key}
        self._changed = changed
        self.script = Script("Stripe", VERBS)

    def receive(self, request: Request, closing: threading.Event) -> Reply:
        """Serve one request; it waits only on `closing`."""
        try:
            body = request.body.whole()
        except BrokenOff:
            return Reply(None, Mode.DROPS_BEFORE_COMMIT)
        try:
            verb, name = recognised(request.method, request.path)
        except Refusal as refusal:
            return Reply(refusal.answer, Mode.TAKES)
        posted = request.method == "POST"
        pairs = parse_qsl(body.decode(), keep_blank_values=True) if posted else list(request.query.items())
        headers = dict(request.headers)
        asked = Asked(verb, name, pairs, request.key if posted else None, headers.get("stripe-version"), headers)
        with self._changed:
            self.journal.append(asked)
            mode = self.script.next(verb)
            self._changed.notify_all()
        try:
            self._admit(headers)
            return self._serve(asked, mode, closing)
        except Refusal as refusal:
            return Reply(refusal.answer, Mode.TAKES)

    def _serve(self, asked: Asked, mode: Mode, closing: threading.Event) -> Reply:
        if mode.answer is not None and mode.work is Work.NONE and not _is_saved(mode.answer):
            return Reply(mode.answer, mode)  # turned away before any work: no key remembers it
        if asked.key is not None:
            with self._changed:
                known = self.keys.begin(asked.key, f"{asked.verb} {asked.name} {sorted(asked.pairs)}")
            if known is not None:
                return Reply(known, Mode.TAKES)
        closing.wait(mode.delay)
        shown = self._carry_out(asked, mode)
        closing.wait(mode.hang)
        return Reply(shown if mode.ending is Ending.ANSWER else None, mode)

    def _carry_out(self, asked: Asked, mode: Mode) -> Answer | None:
        with self._changed:
            shown, kept = self._done(asked, mode)
            if asked.key is not None:
                self.keys.end(asked.key, kept)
            self._changed.notify_all()
        return shown

    def _done(self, asked: Asked, mode: Mode) -> tuple[Answer | None, Answer | None]:
        """Do the work; returns what the client is shown, and what the key keeps."""
        if mode.work is Work.NONE:
            return mode.answer, mode.answer
        try:
            honest = answered(self._books, asked.verb, asked.name, read_form(asked.pairs))
        except Refusal as refusal:
            return refusal.answer, refusal.answer if refusal.saved else None
        if mode.answer is None or not _is_saved(mode.answer):
            return mode.answer or honest, honest
        return mode.answer, mode.answer

    def _admit(self, headers: dict[str, str]) -> None:
        scheme, _, proof = headers.get("authorization", "").partition(" ")
        if scheme == "Basic":  # the key as the user's name, without a password
            proof = base64.b64decode(proof).decode().partition(":")[0]
        if proof not in self.secret_keys:
            raise Refusal(401, "Invalid API Key provided: [masked]", saved=False)


def _is_saved(answer: Answer) -> bool:
    """Whether the answer comes out of the middle of the work: then its key keeps it."""
    return answer.status == 500
