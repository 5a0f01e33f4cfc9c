"""The way of one request through the simulated Twilio: noted, let in, worked on as its mode says, answered."""

import base64
import re
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
from printhub.testing.twilio_simulator.books import Books
from printhub.testing.twilio_simulator.records import VERSION, Account
from printhub.testing.twilio_simulator.refusal import Refusal

_ROUTES = [
    (method, re.compile(f"/{VERSION}/Accounts/{path}"), verb)
    for method, path, verb in [
        ("POST", r"([^/]+)/Messages\.json", "send"),
        ("GET", r"([^/]+)/Messages\.json", "list"),
        ("GET", r"([^/]+)/Messages/([^/]+)\.json", "read"),
        ("GET", r"([^/.]+)\.json", "account"),
    ]
]
VERBS = frozenset(verb for _, _, verb in _ROUTES)


@dataclass(frozen=True)
class Asked:
    """One request that reached Twilio."""

    verb: str
    """`send`, `list`, `read` or `account`; empty where there is no such route."""
    names: tuple[str, ...]
    """The ids in its path."""
    pairs: Sequence[tuple[str, str]] = field(repr=False)
    """Its form or query, in its order."""
    headers: dict[str, str] = field(repr=False)
    """By lower-case name."""


class Reception:
    """Serves many connections at once. Whatever touches the books holds `changed`; no waiting does."""

    def __init__(self, books: Books, changed: threading.Condition) -> None:
        self.journal: list[Asked] = []
        self.script = Script("Twilio", VERBS)
        self._books = books
        self._changed = changed

    def receive(self, request: Request, closing: threading.Event) -> Reply:
        """Serve one request; it waits only on `closing`."""
        try:
            body = request.body.whole()
        except BrokenOff:
            return Reply(None, Mode.DROPS_BEFORE_COMMIT)
        pairs = parse_qsl(body.decode(), keep_blank_values=True) if body else list(request.query.items())
        verb, names = _recognised(request)
        asked = Asked(verb, names, pairs, dict(request.headers))
        with self._changed:
            self.journal.append(asked)
            mode = self.script.next(verb) if verb else Mode.TAKES
            self._changed.notify_all()
        closing.wait(mode.delay)
        answer = None if closing.is_set() else self._answer(asked, request.path, mode)
        closing.wait(mode.hang)
        return Reply(answer if mode.ending is Ending.ANSWER else None, mode)

    def _answer(self, asked: Asked, path: str, mode: Mode) -> Answer | None:
        if mode.work is Work.NONE:
            return mode.answer
        with self._changed:
            try:
                account = self._admitted(asked, path)
                honest = self._work(asked, account, path)
            except Refusal as refusal:
                return refusal.answer
            finally:
                self._changed.notify_all()
        return mode.answer or honest

    def _work(self, asked: Asked, account: Account, path: str) -> Answer:
        match asked.verb:
            case "send":
                return Answer.json(201, self._books.create(account, dict(asked.pairs)))
            case "list":
                return Answer.json(200, self._books.listed(account, dict(asked.pairs)))
            case "account":
                return Answer.json(200, account.object())
            case _:
                found = [message for message in account.messages if message.sid == asked.names[-1]]
                if not found:
                    raise Refusal(20404, {"path": path})
                return Answer.json(200, found[0].object())

    def _admitted(self, asked: Asked, path: str) -> Account:
        if not asked.verb:
            raise Refusal(20404, {"path": path})
        scheme, _, proof = asked.headers.get("authorization", "").partition(" ")
        name, _, secret = (base64.b64decode(proof).decode() if scheme == "Basic" else "").partition(":")
        account = self._books.accounts.get(asked.names[0])
        if account is None or account.status != "active":
            raise Refusal(20003)
        known = {account.sid: account.auth_token, **account.keys}
        if not name or known.get(name) != secret:
            raise Refusal(20003)
        return account


def _recognised(request: Request) -> tuple[str, tuple[str, ...]]:
    for method, pattern, verb in _ROUTES:
        if method == request.method and (found := pattern.fullmatch(request.path)):
            return verb, found.groups()
    return "", ()
