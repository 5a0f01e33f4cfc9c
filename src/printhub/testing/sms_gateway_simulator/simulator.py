"""The simulated SMS gateway as a test holds it: start it, script it, and read what it took."""

import json
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import quote, urlsplit
from uuid import uuid4

import requests

from printhub.testing.simulator.answer import Answer
from printhub.testing.simulator.body import BrokenOff
from printhub.testing.simulator.door import HOST
from printhub.testing.simulator.modes import Ending, Mode, Work
from printhub.testing.simulator.partner import Partner
from printhub.testing.simulator.reply import Reply
from printhub.testing.simulator.request import Request
from printhub.testing.simulator.script import Script
from printhub.testing.sms_gateway_simulator.records import GatewayReceipt, GatewayText, receipt

_SECONDS = 10
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_VERBS = ("send", "lookup", "check")


class SmsGatewaySimulator(Partner):
    """A gateway on a free port of 127.0.0.1, used as a context manager.

    Its own interface takes JSON, with `token` as bearer: `POST /messages` (to, from, text, key, receipt_url),
    `GET /messages?key=`, `GET /ping`. `honours_key`: the same key again sends nothing again. Kannel's takes texts at
    `/cgi-bin/sendsms` from `user` with `token` as password, in headers or in the query, and gives no id.

    Scripts name the verbs `send`, `lookup` and `check`; an unknown one raises ValueError.
    """

    user = "hub"

    def __init__(self, *, honours_key: bool = True) -> None:
        super().__init__()
        self.token = "secret-0f-the-gateway"  # noqa: S105 - opens nothing but the simulator
        self._honours_key = honours_key
        self._script = Script("gateway", _VERBS)
        self._texts: list[GatewayText] = []
        self._journal: list[str] = []

    def script(self, verb: str, *modes: Mode) -> None:
        """The next requests of this verb meet these modes, one each, in order."""
        with self._changed:
            self._script.add(verb, modes)

    @property
    def texts(self) -> list[GatewayText]:
        """What it took, in its order."""
        with self._changed:
            return list(self._texts)

    @property
    def requests(self) -> int:
        """How many requests came, with or without an effect."""
        with self._changed:
            return len(self._journal)

    def receipt(self, text: GatewayText, state: str, *, code: str = "", reply: str = "") -> GatewayReceipt:
        """What it tells when a text comes to `queued`, `sent`, `delivered`, `undelivered` or `rejected`.

        `reply` are the network's own words, which Kannel passes on. Raises ValueError where nobody asked for receipts.
        """
        return receipt(text, state, code, quote(reply))

    def send(self, *receipts: GatewayReceipt) -> list[int]:
        """Send receipts, and return the status of each answer: twice, or in another order, as you name them."""
        statuses = []
        for one in receipts:
            if urlsplit(one.url).hostname != HOST:
                raise ValueError(f"the simulator sends receipts to {HOST} only")
            answer = requests.request(one.method, one.url, data=one.body, headers=one.headers, timeout=_SECONDS)
            statuses.append(answer.status_code)
        return statuses

    def _last(self) -> Iterable[str]:
        return self._journal[-5:]

    def _receive(self, request: Request, closing: threading.Event) -> Reply:
        try:
            body = request.body.whole()
        except BrokenOff:
            return Reply(None, Mode.DROPS_BEFORE_COMMIT)
        verb, work = self._recognised(request, body)
        with self._changed:
            self._journal.append(f"{request.method} {request.path}")
            mode = self._script.next(verb) if verb else Mode.TAKES
            self._changed.notify_all()
        closing.wait(mode.delay)
        if closing.is_set():
            return Reply(None, mode)
        answer = mode.answer
        if mode.work is not Work.NONE:
            with self._changed:
                honest = work()
                self._changed.notify_all()
            answer = answer or honest
        closing.wait(mode.hang)
        return Reply(answer if mode.ending is Ending.ANSWER else None, mode)

    def _recognised(self, request: Request, body: bytes) -> tuple[str, Callable[[], Answer]]:
        route = (request.method, request.path)
        if request.path == "/cgi-bin/sendsms" and request.method in ("GET", "POST"):
            return "send", lambda: self._sendsms(_kannel_parameters(request, body))
        if route not in (("POST", "/messages"), ("GET", "/messages"), ("GET", "/ping")):
            return "", lambda: Answer.error(404, "NO_ROUTE", "There is no such route.")
        verb = "send" if route[0] == "POST" else "check" if route[1] == "/ping" else "lookup"
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return verb, lambda: Answer.error(401, "UNAUTHORISED", "The token is wrong.")
        if verb == "send":
            return verb, lambda: self._take(body)
        return verb, lambda: self._known(request.query.get("key"))

    def _take(self, body: bytes) -> Answer:
        said = json.loads(body)
        to, text, key = str(said.get("to", "")), str(said.get("text", "")), said.get("key")
        if not _NUMBER.fullmatch(to) or not text:
            return Answer.error(422, "NUMBER", f"{to} is no number.")
        known = next((one for one in self._texts if key and one.key == key), None) if self._honours_key else None
        if known is None:
            known = GatewayText(uuid4().hex, to, str(said.get("from", "")), text, key, said.get("receipt_url") or None)
            self._texts.append(known)
        return Answer.json(201, {"id": known.id, "state": "queued"})

    def _known(self, key: str | None) -> Answer:
        found = [{"id": one.id, "key": one.key} for one in self._texts if one.key == key]
        return Answer.json(200, {"messages": found})

    def _sendsms(self, said: Mapping[str, str]) -> Answer:
        if (said.get("username"), said.get("password")) != (self.user, self.token):
            return _plain(403, "Authorization failed for sendsms")
        if not said.get("to"):
            return _plain(400, "Missing receiver(s) number(s), rejected")
        if not _NUMBER.fullmatch(said["to"]):
            return _plain(400, "Number(s) has/have been denied by white- and/or black-lists.")
        text = GatewayText(uuid4().hex, said["to"], said.get("from", ""), said["text"], None, said.get("dlr-url"), True)
        self._texts.append(text)
        return _plain(202, "0: Accepted for delivery")


def _kannel_parameters(request: Request, body: bytes) -> dict[str, str]:
    if request.method == "GET":
        return dict(request.query)
    named = {name.removeprefix("x-kannel-"): value for name, value in request.headers.items()}
    return {**named, "text": body.decode()}


def _plain(status: int, words: str) -> Answer:
    return Answer(status, words.encode(), {"Content-Type": "text/html"})
