"""Twilio's own books: who may send what from where, what was sent, and what is told of it."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from urllib.parse import urlencode
from uuid import uuid4

from printhub.testing.twilio_simulator.callbacks import TwilioCallback
from printhub.testing.twilio_simulator.records import FINAL, VERSION, Account, Object, TwilioMessage
from printhub.testing.twilio_simulator.refusal import Refusal

_E164 = re.compile(r"\+[1-9]\d{7,14}")
_LETTERS = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 +_&-]{1,11}")
_LONGEST = 1600
_FIELDS = frozenset(
    "To From MessagingServiceSid Body StatusCallback ValidityPeriod MaxPrice Attempt SmartEncoded RiskCheck".split()
)
_FILTERS = frozenset("To From DateSent DateSent< DateSent> PageSize Page PageToken".split())
_OUT, _IN = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"}), frozenset({"START", "UNSTOP"})


class Books:
    """Everything that Twilio knows. `now` is its clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.accounts: dict[str, Account] = {}
        self.callbacks: list[TwilioCallback] = []
        self.refused: dict[str, int] = {}
        self._now = now

    def create(self, account: Account, form: Mapping[str, str]) -> Object:
        """Take a message; raises Refusal."""
        unknown = set(form) - _FIELDS
        if unknown:
            raise ValueError(f"the simulated Twilio knows no field {', '.join(sorted(unknown))}")
        to, sender, service = form.get("To", ""), form.get("From"), form.get("MessagingServiceSid")
        self._admit(account, to, sender, service, form.get("Body", ""))
        message = TwilioMessage(
            sid=f"SM{uuid4().hex}",
            account=account.sid,
            to=to,
            sender=sender,
            body=form["Body"],
            status="accepted" if service else "queued",
            created=self._now(),
            service=service,
            callback=form.get("StatusCallback"),
        )
        account.messages.append(message)
        return message.object()

    def listed(self, account: Account, query: Mapping[str, str]) -> Object:
        """A page of an account's messages, newest first. What was not sent yet has no date to be found by."""
        unknown = set(query) - _FILTERS
        if unknown:
            raise ValueError(f"the simulated Twilio knows no filter {', '.join(sorted(unknown))}")
        size, page = int(query.get("PageSize", 50)), int(query.get("Page", 0))
        found = [message for message in reversed(account.messages) if _is_asked_for(message, query)]
        rest = found[(page + 1) * size :]
        base = f"/{VERSION}/Accounts/{account.sid}/Messages.json"
        kept = {name: value for name, value in query.items() if name != "Page"}
        return {
            "messages": [message.object() for message in found[page * size : (page + 1) * size]],
            "page": page,
            "page_size": size,
            "start": page * size,
            "end": max(page * size, min((page + 1) * size, len(found)) - 1),
            "first_page_uri": f"{base}?{urlencode(kept | {'Page': 0})}",
            "previous_page_uri": f"{base}?{urlencode(kept | {'Page': page - 1})}" if page else None,
            "next_page_uri": f"{base}?{urlencode(kept | {'Page': page + 1})}" if rest else None,
            "uri": f"{base}?{urlencode(query)}",
        }

    def move(self, message: TwilioMessage, status: str, code: int | None = None) -> None:
        """Bring a message to another status, and tell of it where its request named an address."""
        message.status, message.code = status, code
        if message.sent is None and status in FINAL | {"sent"}:
            message.sent = self._now()
        if message.callback is None:
            return
        pairs = [
            ("SmsSid", message.sid),
            ("SmsStatus", status),
            ("MessageStatus", status),
            ("To", message.to),
            ("MessageSid", message.sid),
            ("AccountSid", message.account),
            ("From", message.sender or ""),
            ("ApiVersion", VERSION),
        ]
        if message.service:
            pairs.append(("MessagingServiceSid", message.service))
        if code is not None:
            pairs.append(("ErrorCode", str(code)))
        self._tell(self.accounts[message.account], message.callback, pairs)

    def text(self, account: Account, sender: str, to: str, body: str, url: str) -> None:
        """Somebody writes to one of the account's numbers; STOP and its like are obeyed, and told to `url`."""
        word, about = body.strip().upper(), []
        if word in _OUT:
            account.opted_out.add(sender)
            about = [("OptOutType", "STOP")]
        elif word in _IN:
            account.opted_out.discard(sender)
            about = [("OptOutType", "START")]
        pairs = [
            ("ToCountry", "GB"),
            ("SmsMessageSid", sid := f"SM{uuid4().hex}"),
            ("NumMedia", "0"),
            ("MessageSid", sid),
            ("Body", body),
            ("To", to),
            ("From", sender),
            ("AccountSid", account.sid),
            *about,
        ]
        self._tell(account, url, pairs)

    def _tell(self, account: Account, url: str, pairs: list[tuple[str, str]]) -> None:
        self.callbacks.append(TwilioCallback(url, tuple(pairs), account.auth_token))

    def _admit(self, account: Account, to: str, sender: str | None, service: str | None, body: str) -> None:
        if not to:
            raise Refusal(21604)
        if not sender and not service:
            raise Refusal(21603)
        if not body:
            raise Refusal(21602)
        if len(body) > _LONGEST:
            raise Refusal(21617)
        if service and service not in account.services:
            raise Refusal(20404, {"path": f"/Services/{service}"})
        if not _E164.fullmatch(to):
            raise Refusal(21211, {"to": to})
        if sender and sender not in account.numbers and not _LETTERS.fullmatch(sender):
            raise Refusal(21606, {"from": sender})
        if to in account.opted_out:
            raise Refusal(21610, {"to": to})
        if to in self.refused:
            raise Refusal(self.refused[to], {"to": to, "from": sender or ""})


def _is_asked_for(message: TwilioMessage, query: Mapping[str, str]) -> bool:
    if query.get("To", message.to) != message.to or query.get("From", message.sender) != message.sender:
        return False
    on = {name: date.fromisoformat(query[name]) for name in ("DateSent", "DateSent<", "DateSent>") if name in query}
    if not on:
        return True
    sent = message.sent.date() if message.sent else None
    tests = {"DateSent": date.__eq__, "DateSent<": date.__le__, "DateSent>": date.__ge__}
    return sent is not None and all(tests[name](sent, bound) for name, bound in on.items())
