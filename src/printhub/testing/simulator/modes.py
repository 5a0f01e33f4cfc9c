"""How a simulated partner behaves on one call: what work it really does, and what the client gets to see of it."""

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from printhub.testing.simulator.answer import Answer


class Work(Enum):
    """How much of what it was asked for it does."""

    NONE = "none"
    ALL = "all"
    FIRST_FILE = "first file"  # of the artwork only; any other work is done in full
    LATER = "later"  # once `MisSimulator.decide` has spoken; what only reads is read at once


class Ending(Enum):
    """How the exchange ends for the client."""

    ANSWER = "answered"
    CLOSE = "closed"  # an orderly end of the connection (FIN), without an answer
    RESET = "reset"  # a torn connection (RST), without an answer


@dataclass(frozen=True)
class Mode:
    """One behaviour. A mode without parameters is a constant, one with parameters a method.

    Unless its text says otherwise a mode works on every verb. All times are in seconds; every wait ends early when
    it goes down or stops.
    """

    name: str
    work: Work = Work.NONE
    answer: Answer | None = None  # given in place of the true one
    ending: Ending = Ending.ANSWER
    delay: float = 0.0  # before the work
    hang: float = 0.0  # after it
    drip: float = 0.0  # between two bytes of the body
    padding: int = 0  # bytes of white space after the body
    reads_half: bool = False

    TAKES: ClassVar["Mode"]
    """Does the work and says so."""
    ACCEPTS: ClassVar["Mode"]
    """202 and `pending`; nothing is done until `MisSimulator.decide`."""
    PARTIAL: ClassVar["Mode"]
    """Keeps only the first file of the artwork and names what is missing; the key stays free for the rest."""
    SERVER_ERROR: ClassVar["Mode"]
    """500, nothing done."""
    COMMITS_THEN_500: ClassVar["Mode"]
    """Does the work, then 500."""
    COMMITS_THEN_DROPS: ClassVar["Mode"]
    """Does the work, then resets the connection."""
    DROPS_BEFORE_COMMIT: ClassVar["Mode"]
    """Reads the request, does nothing, closes the connection."""
    HALF_READS_UPLOAD: ClassVar["Mode"]
    """Resets the connection when half of the body is read (notify: all of it, as the job stands inside)."""
    OK_WITH_ERROR_BODY: ClassVar["Mode"]
    """200, but the body says that it failed, and nothing is done."""
    OK_WITHOUT_REFERENCE: ClassVar["Mode"]
    """Does the work, then 200 and `{}`."""
    GARBAGE: ClassVar["Mode"]
    """Does the work, then 200 and bytes that are no JSON."""
    WRONG_CREDENTIALS: ClassVar["Mode"]
    """401, however good the credentials were."""
    FORBIDDEN: ClassVar["Mode"]
    """403, nothing done."""
    NOT_FOUND: ClassVar["Mode"]
    """404, nothing done."""

    @classmethod
    def refuses(cls, message: str = "The sheet is too small for this product.", code: str = "SHEET_SIZE") -> "Mode":
        """422 with that message and code; nothing done."""
        return cls("refuses", answer=Answer.error(422, code, message))

    @classmethod
    def asks_for_more(cls, message: str = "Confirm the price first.", status: int = 409) -> "Mode":
        """`action_required` with that message, as 409 or as 200; nothing done."""
        content = {"state": "action_required", "message": message}
        return cls("asks_for_more", answer=Answer.json(status, content))

    @classmethod
    def too_many(cls, retry_after: int | str = 1) -> "Mode":
        """429 with Retry-After, in seconds or as an HTTP date; nothing done."""
        return cls("too_many", answer=Answer.error(429, "SLOW_DOWN", "Too many calls.", retry_after=str(retry_after)))

    @classmethod
    def unavailable(cls, retry_after: int | str | None = None) -> "Mode":
        """503, with Retry-After if given; nothing done."""
        headers = {} if retry_after is None else {"retry_after": str(retry_after)}
        return cls("unavailable", answer=Answer.error(503, "MAINTENANCE", "Back in a moment.", **headers))

    @classmethod
    def hangs(cls, seconds: float = 60.0) -> "Mode":
        """Says nothing for so long, then closes the connection; nothing is ever done."""
        return cls("hangs", ending=Ending.CLOSE, delay=seconds)

    @classmethod
    def commits_then_hangs(cls, seconds: float = 60.0) -> "Mode":
        """Does the work at once, says nothing for so long, then closes the connection."""
        return cls("commits_then_hangs", Work.ALL, ending=Ending.CLOSE, hang=seconds)

    @classmethod
    def takes_after(cls, seconds: float) -> "Mode":
        """Does the work and says so only after so long, whether or not the client is still there to hear it."""
        return cls("takes_after", Work.ALL, delay=seconds)

    @classmethod
    def slow_drip(cls, pause: float = 0.01) -> "Mode":
        """Does the work, then answers the body byte by byte with that pause between two bytes."""
        return cls("slow_drip", Work.ALL, drip=pause)

    @classmethod
    def huge_answer(cls, size: int) -> "Mode":
        """Does the work, then answers with so many bytes of white space after the JSON."""
        return cls("huge_answer", Work.ALL, padding=size)

    @classmethod
    def redirect(cls, location: str = "/elsewhere") -> "Mode":
        """302 to that place; nothing done. The journal shows a client that followed to the default place."""
        return cls("redirect", answer=Answer.json(302, {}, location=location))


_BROKEN = Answer.error(500, "INTERNAL", "Something broke.")

Mode.TAKES = Mode("takes", Work.ALL)
Mode.ACCEPTS = Mode("accepts", Work.LATER)
Mode.PARTIAL = Mode("partial", Work.FIRST_FILE)
Mode.SERVER_ERROR = Mode("server_error", answer=_BROKEN)
Mode.COMMITS_THEN_500 = Mode("commits_then_500", Work.ALL, answer=_BROKEN)
Mode.COMMITS_THEN_DROPS = Mode("commits_then_drops", Work.ALL, ending=Ending.RESET)
Mode.DROPS_BEFORE_COMMIT = Mode("drops_before_commit", ending=Ending.CLOSE)
Mode.HALF_READS_UPLOAD = Mode("half_reads_upload", ending=Ending.RESET, reads_half=True)
Mode.OK_WITH_ERROR_BODY = Mode(
    "ok_with_error_body", answer=Answer.json(200, {"IsError": True, "ErrorMessage": "The customer is on stop."})
)
Mode.OK_WITHOUT_REFERENCE = Mode("ok_without_reference", Work.ALL, answer=Answer.json(200, {}))
Mode.GARBAGE = Mode("garbage", Work.ALL, answer=Answer(200, b"\x00\xff<html>Welcome to the shop floor"))
Mode.WRONG_CREDENTIALS = Mode("wrong_credentials", answer=Answer.error(401, "UNAUTHORISED", "Who are you?"))
Mode.FORBIDDEN = Mode("forbidden", answer=Answer.error(403, "FORBIDDEN", "This account may not do that."))
Mode.NOT_FOUND = Mode("not_found", answer=Answer.error(404, "NOT_FOUND", "There is no such thing."))
