"""The simulated Twilio as a test holds it: start it, script it, move its messages, and read what it saw and did."""

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import uuid4

import requests

from printhub.testing.simulator.door import HOST
from printhub.testing.simulator.modes import Mode
from printhub.testing.simulator.partner import Partner
from printhub.testing.simulator.reply import Reply
from printhub.testing.simulator.request import Request
from printhub.testing.twilio_simulator.books import Books
from printhub.testing.twilio_simulator.callbacks import TwilioCallback
from printhub.testing.twilio_simulator.reception import Asked, Reception
from printhub.testing.twilio_simulator.records import Account, TwilioMessage
from printhub.testing.twilio_simulator.refusal import CODES, LATER

_SECONDS = 10
NUMBER = "+15005550006"
"""A number that every account may send from."""


class TwilioSimulator(Partner):
    """A Twilio of its own, on a free port of 127.0.0.1, used as a context manager; it has one account at first.

    It speaks the API of 2010-04-01 as Twilio documents it. `now` is its clock. Scripts name what a request asks for:
    `send`, `list`, `read` and `account`; an unknown one raises ValueError.
    """

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__()
        self._books = Books(now)
        self._reception = Reception(self._books, self._changed)
        self.account = self.open_account()

    def _receive(self, request: Request, closing: threading.Event) -> Reply:
        return self._reception.receive(request, closing)

    def _last(self) -> Iterable[str]:
        return (asked.verb for asked in self.journal[-5:])

    def open_account(self) -> Account:
        """Another account, with a number and a Messaging Service of its own."""
        account = Account(f"AC{uuid4().hex}", uuid4().hex, {NUMBER}, {f"MG{uuid4().hex}"})
        with self._changed:
            self._books.accounts[account.sid] = account
        return account

    def script(self, verb: str, *modes: Mode) -> None:
        """The next requests of this verb meet these modes, one each, in order; see `troubles`."""
        with self._changed:
            self._reception.script.add(verb, modes)

    def refuse(self, to: str, code: int) -> None:
        """From now on messages to this number are refused with this code of `CODES`; raises ValueError for others."""
        if code not in CODES:
            raise ValueError(f"the simulated Twilio refuses nothing with {code}")
        with self._changed:
            self._books.refused[to] = code

    # --- what becomes of messages -------------------------------------------------------------------------------

    def move(self, message: TwilioMessage, *statuses: str, code: int | None = None) -> None:
        """A message comes to these statuses, one after the other; a failure has a code of `LATER` or `CODES`."""
        if code is not None and code not in {**CODES, **LATER}:
            raise ValueError(f"the simulated Twilio has no code {code}")
        with self._changed:
            for status in statuses:
                failed = status in ("undelivered", "failed")
                self._books.move(message, status, code if failed else None)
            self._changed.notify_all()

    def text(self, sender: str, body: str, url: str, account: Account | None = None) -> None:
        """Somebody writes to the account's number, which is told to `url`; Twilio obeys STOP by itself."""
        with self._changed:
            self._books.text(account or self.account, sender, NUMBER, body, url)

    @property
    def callbacks(self) -> list[TwilioCallback]:
        """All that is to be told, in its order. Nothing of it is sent unless you say so: what is not sent is lost."""
        with self._changed:
            return list(self._books.callbacks)

    def send(self, callbacks: Iterable[TwilioCallback] | None = None, *, at: str | None = None) -> list[int]:
        """Post callbacks, and return the status of each answer.

        Without `callbacks` all of them in their order. Name one twice and it comes twice; name them in another order
        and that is theirs. `at` is where a hub listens whose public address is another: that address stays signed.
        """
        statuses = []
        for callback in self.callbacks if callbacks is None else callbacks:
            named = urlsplit(callback.url)
            url = callback.url if at is None else f"{at}{named.path}{'?' if named.query else ''}{named.query}"
            if urlsplit(url).hostname != HOST:
                raise ValueError(f"the simulator sends callbacks to {HOST} only")
            answer = requests.post(url, data=callback.body, headers=callback.headers, timeout=_SECONDS)
            statuses.append(answer.status_code)
        return statuses

    # --- what it saw and did ------------------------------------------------------------------------------------

    @property
    def messages(self) -> list[TwilioMessage]:
        """All messages that it took, in their order."""
        with self._changed:
            taken = [message for account in self._books.accounts.values() for message in account.messages]
        return sorted(taken, key=lambda message: message.created)

    @property
    def journal(self) -> tuple[Asked, ...]:
        """Every request, in its order, with or without an effect."""
        with self._changed:
            return tuple(self._reception.journal)

    def asked(self, verb: str) -> list[Asked]:
        """The requests of one verb."""
        return [asked for asked in self.journal if asked.verb == verb]
