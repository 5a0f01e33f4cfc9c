"""What scripted adapters answer, and what they were asked: the partner side of a test of the engine."""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from printhub.core.channels.email.messages import EmailMessage
from printhub.core.channels.file.messages import FilePlacement
from printhub.core.channels.mis.messages import JobTicket
from printhub.core.channels.payment.messages import RefundRequest
from printhub.core.channels.sms.messages import SmsMessage
from printhub.core.channels.status.messages import StatusMessage
from printhub.core.model.call import Call, Earlier
from printhub.core.model.record import Message
from printhub.core.model.reports import CannotTell, Finding, Report
from printhub.core.model.verbs import Verb

SCRIPTED = frozenset({*Verb, "lookup", "check"})
"""What a script can answer."""


@dataclass(frozen=True, slots=True)
class AfterSending:
    """An answer that comes once bytes have left; made by `after_sending`."""

    answer: "Answer"


Answer: TypeAlias = "Report | Finding | Exception | AfterSending | Callable[[Any, Call], Report | Finding]"
"""Returned if it is a report or a finding, raised if it is an exception (an adapter's error, or else a crash), called
with message and call if it is a function."""


def after_sending(answer: Answer) -> AfterSending:
    """The same answer, after `call.sending()`: a crash then may have had its effect."""
    return AfterSending(answer)


@dataclass(frozen=True, slots=True)
class Asked:
    """One call that a scripted adapter got. `verb` is the method; `about` the verb that a lookup asks about."""

    verb: str
    about: Verb
    subject: str
    key: str
    attempt: int
    message: Message | None = field(repr=False)
    earlier: Mapping[Verb, Earlier] = field(repr=False)


class Script:
    """Answers in the order in which they were written down: the subject's own first, then the verb's, then a default.

    The default is a done report with the reference `REF-<subject>`, CannotTell for a lookup. Safe for threads. One
    script may serve several adapters, which then share its answers.
    """

    def __init__(self) -> None:
        """Begin with nothing but defaults."""
        self._changed = threading.Condition()
        self._answers: defaultdict[tuple[str, str | None], deque[Answer]] = defaultdict(deque)
        self._defaults: dict[str, Answer] = {}
        self._calls: list[Asked] = []

    def answer(self, verb: str, *answers: Answer, job: str | None = None) -> None:
        """The next calls of `verb` get these answers, one each; with `job`, the next ones about that subject."""
        with self._changed:
            self._answers[_known(verb), job].extend(answers)

    def default(self, verb: str, answer: Answer) -> None:
        """Every call of `verb` for which nothing else is written down gets this answer."""
        with self._changed:
            self._defaults[_known(verb)] = answer

    @property
    def calls(self) -> tuple[Asked, ...]:
        """Every call so far, in the order in which they began."""
        with self._changed:
            return tuple(self._calls)

    def asked(self, verb: str, job: str | None = None) -> list[Asked]:
        """The calls of `verb`, of one subject or of all."""
        known = _known(verb)
        return [call for call in self.calls if call.verb == known and job in (None, call.subject)]

    def wait_for(self, verb: str, job: str | None = None, count: int = 1, timeout: float = 5.0) -> list[Asked]:
        """Wait until there are `count` such calls, and return them; raises TimeoutError after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while len(found := self.asked(verb, job)) < count:
                left = deadline - time.monotonic()
                if left <= 0:
                    seen = "; ".join(f"{call.verb} {call.subject}" for call in self._calls[-10:]) or "nothing"
                    raise TimeoutError(f"{len(found)} of {count} {verb} within {timeout} s; the last calls: {seen}")
                self._changed.wait(left)
            return found

    def play(self, verb: str, message: Message | None, call: Call) -> Report | Finding:
        """Note the call and give the next answer; this is what a scripted adapter does."""
        subject = subject_of(message)
        with self._changed:
            asked = Asked(verb, call.verb, subject, call.key, call.attempt, message, dict(call.earlier))
            self._calls.append(asked)
            answer = self._next(verb, subject)
            self._changed.notify_all()
        return _give(answer, message, call)

    def _next(self, verb: str, subject: str) -> Answer:
        for place in ((verb, subject), (verb, None)):
            if self._answers[place]:
                return self._answers[place].popleft()
        fallback = CannotTell("nothing is scripted") if verb == "lookup" else Report.done(f"REF-{subject}")
        return self._defaults.get(verb, fallback)


def subject_of(message: Message | None) -> str:
    """What a message is about: the job, the recipient, the ledger entry; empty for a check."""
    match message:
        case JobTicket():
            return message.job.id
        case FilePlacement():
            return message.job
        case EmailMessage() | SmsMessage():
            return message.recipient
        case RefundRequest():
            return message.entry
        case StatusMessage():
            return message.event.subject or message.event.id
        case _:
            return ""


def _give(answer: Answer, message: Message | None, call: Call) -> Report | Finding:
    while isinstance(answer, AfterSending):
        call.sending()
        answer = answer.answer
    if isinstance(answer, Exception):
        raise answer
    return answer(message, call) if callable(answer) else answer


def _known(verb: str) -> str:
    if verb not in SCRIPTED:
        raise ValueError(f"no adapter has a verb {verb!r}; there are {', '.join(sorted(SCRIPTED))}")
    return str(verb)
