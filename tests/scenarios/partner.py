"""The partners of a scenario: what `answers notify: done; unavailable 60s` makes them say."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from printhub.core.model.call import Call
from printhub.core.model.errors import Misconfigured, OutcomeUnknown, Rejected, Scope, Unavailable
from printhub.core.model.reports import Absent, CannotTell, Finding, Found, Progress, Report
from printhub.testing.script import Script
from tests.scenarios.words import duration, status_named

_CLAUSES = frozenset({"ref", "covers", "progress"})
_ENDS = {
    "done": frozenset({"ref", "covers", "progress"}),
    "accepted": frozenset({"ref", "covers"}),
    "action required": frozenset[str](),
    "partial": frozenset[str](),
    "skipped": frozenset[str](),
    "unavailable": frozenset[str](),
    "rejected": frozenset[str](),
    "bounced": frozenset[str](),
    "dead": frozenset[str](),
    "misconfigured": frozenset[str](),
    "unknown": frozenset[str](),
    "crash after sending": frozenset[str](),
    "crash": frozenset[str](),
    "process dies": frozenset[str](),
    "absent": frozenset[str](),
    "cannot tell": frozenset[str](),
}
_REPORTS = ("done", "accepted", "action required", "partial", "skipped", "rejected")
_LOOKUPS = ("absent", "cannot tell")


class ProcessDied(BaseException):
    """The process was killed in the middle of a call; no `except Exception` of the hub may survive it."""


@dataclass(frozen=True, slots=True)
class Says:
    """One answer: how it ends, the words that belong to it, and a step that happens while the call is running."""

    end: str
    words: tuple[str, ...] = ()
    ref: str | None = None
    covers: frozenset[str] = frozenset()
    progress: tuple[str, ...] = ()
    found: bool = False
    meanwhile: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """What `answers VERB: …` says: the answers of the next calls, or one for all calls to come."""

    verb: str
    says: tuple[Says, ...]
    always: bool = False


def read_answers(text: str) -> Answers:
    """Read `notify: done covers manifest; unavailable 60s meanwhile blocked`; raises ValueError."""
    verb, colon, listed = text.partition(":")
    if not colon or not listed.strip():
        raise ValueError(f"expected `VERB: answer; answer`, found {text!r}")
    always = listed.strip().startswith("always ")
    says = tuple(map(_read, listed.strip().removeprefix("always ").split(";")))
    if verb.strip() == "lookup" and any(one.end in _REPORTS and not one.found for one in says):
        raise ValueError(f"a lookup finds: expected `found done` or the like, found {text!r}")
    return Answers(verb.strip(), says, always)


def _read(text: str) -> Says:
    said, _, meanwhile = text.strip().partition(" meanwhile ")
    found = said.startswith("found ")
    said = said.removeprefix("found ")
    end = max((end for end in _ENDS if said == end or said.startswith(f"{end} ")), key=len, default=None)
    if end is None:
        raise ValueError(f"there is no answer {text.strip()!r}")
    clauses: dict[str, list[str]] = {"": []}
    clause = ""
    for word in said.removeprefix(end).split():
        if word in _CLAUSES and word in _ENDS[end]:
            clause = word
            clauses[clause] = []
        else:
            clauses[clause].append(word)
    return Says(
        end=end,
        words=tuple(clauses[""]),
        ref=next(iter(clauses.get("ref", [])), None),
        covers=frozenset(clauses.get("covers", [])),
        progress=tuple(clauses.get("progress", [])),
        found=found,
        meanwhile=meanwhile,
    )


class Partner:
    """One instance's other side: a script whose reports carry references that count up, `notify-1`, `notify-2`."""

    def __init__(self, play: Callable[[str], None]) -> None:
        """`play` carries out a step while a call is running."""
        self.script = Script()
        self._play = play
        self._made: Counter[str] = Counter()
        for verb in ("notify", "manifest", "assets", "cancel", "update", "place", "publish", "send", "check"):
            self.script.default(verb, self._answer(Says("done"), verb))

    def will(self, answers: Answers) -> None:
        """Write answers down for the calls to come."""
        if answers.always:
            self.script.default(answers.verb, self._answer(answers.says[0], answers.verb))
        else:
            self.script.answer(answers.verb, *(self._answer(says, answers.verb) for says in answers.says))

    def _answer(self, says: Says, verb: str) -> Callable[[Any, Call], Report | Finding]:
        def answer(_message: object, call: Call) -> Report | Finding:
            if says.meanwhile:
                self._play(says.meanwhile)
            if says.end == "process dies":
                raise ProcessDied
            if says.end in _LOOKUPS:
                return Absent() if says.end == "absent" else CannotTell("its books do not go back that far")
            if verb == "lookup" and not says.found:
                raise self._error(says, call)
            if says.found:
                return Found(Rejected("the page is too large") if says.end == "rejected" else self._report(says, call))
            return self._report(says, call)

        return answer

    def _report(self, says: Says, call: Call) -> Report:
        match says.end:
            case "done":
                progress = tuple(Progress(status=status_named(status)) for status in says.progress)
                return Report.done(self._reference(says, call), covers=says.covers, progress=progress)
            case "accepted":
                return Report.accepted(self._reference(says, call), covers=says.covers)
            case "action required":
                return Report.action_required("the paper has to be confirmed")
            case "partial":
                return Report.partial(frozenset(says.words), "the other parts were refused")
            case "skipped":
                return Report.skipped("nothing to do here")
            case _:
                raise self._error(says, call)

    def _error(self, says: Says, call: Call) -> Exception:
        match says.end:
            case "unavailable":
                return Unavailable("down for maintenance", _retry_after(says.words))
            case "rejected":
                return Rejected("the page is too large")
            case "bounced" | "dead":
                return Rejected("the mailbox refused it", bounced=True, dead=says.end == "dead")
            case "misconfigured":
                return Misconfigured("the account is unknown", Scope(*says.words) if says.words else Scope.INSTANCE)
            case "unknown":
                call.sending()
                return OutcomeUnknown("the connection broke before the answer was read")
            case "crash after sending":
                call.sending()
                return RuntimeError("a fault in the plugin")
            case _:
                return RuntimeError("a fault in the plugin")

    def _reference(self, says: Says, call: Call) -> str:
        self._made[call.verb] += 1
        return says.ref or f"{call.verb}-{self._made[call.verb]}"


def _retry_after(words: tuple[str, ...]) -> timedelta | None:
    return duration(words[0]) if words else None
