"""What Twilio's answers mean: the objects of its API, and what its refusals call for."""

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from printhub import (
    Call,
    Misconfigured,
    OutcomeUnknown,
    Rejected,
    Reply,
    Report,
    Scope,
    Unavailable,
    retry_after,
)
from printhub_sms.fate import Fate
from printhub_sms.twilio.codes import CODES, Act, in_words

FATES = {
    "accepted": Fate.QUEUED,
    "scheduled": Fate.QUEUED,
    "queued": Fate.QUEUED,
    "sending": Fate.QUEUED,
    "sent": Fate.SENT,
    "partially_delivered": Fate.SENT,
    "delivered": Fate.DELIVERED,
    "read": Fate.DELIVERED,
    "undelivered": Fate.UNDELIVERED,
    "failed": Fate.FAILED,
    "canceled": Fate.FAILED,
}
"""Twilio's statuses of what goes out (Twilio docs, "Message resource")."""


def _number(value: object) -> object:
    return value or None


class TwilioObject(BaseModel):
    """What is read of an object; Twilio may add fields at any time."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Message(TwilioObject):
    """A message that Twilio has."""

    sid: Annotated[str, Field(pattern=r"^(SM|MM)[0-9a-f]{32}$")]
    status: str
    body: str | None = Field(default=None, repr=False)
    sender: str | None = Field(default=None, alias="from", repr=False)
    messaging_service_sid: str | None = None
    direction: str = ""
    error_code: Annotated[int | None, BeforeValidator(_number)] = None
    num_segments: str | None = None

    @property
    def fate(self) -> Fate:
        """How far it has come; a status that is not known here promises nothing."""
        return FATES.get(self.status, Fate.QUEUED)


class Page(TwilioObject):
    """A page of messages, newest first."""

    messages: tuple[Message, ...]
    next_page_uri: str | None = None


class AccountObject(TwilioObject):
    """The account itself."""

    status: str


ObjectT = TypeVar("ObjectT", bound=TwilioObject)


def report_of(message: Message) -> Report | Rejected:
    """The report of a message that Twilio has, or how it failed."""
    if message.fate.is_lost:
        return refusal(message.error_code, f"Twilio has {message.sid}, which {message.status}")
    billed = f", {message.num_segments} segments" if message.num_segments not in (None, "0") else ""
    return Report.done(message.sid, detail=f"taken by Twilio as {message.sid}{billed}")


def refusal(code: int | None, what: str) -> Rejected:
    """A refusal for good, in words."""
    return _rejected(f"{what}: {in_words(code)}", _act(code))


def meaning(reply: Reply, call: Call, what: str, *, changes: bool) -> Exception:
    """The error that an answer without success is; `changes` tells whether the request can have had an effect."""
    status, code = reply.status_code, _code(reply)
    said = f"{what}: {in_words(code)}" if code is not None else f"{what}: Twilio answered {status}"
    act = _act(code)
    if status == 429 or act is Act.LATER:
        return Unavailable(said, retry_after(reply, call.now()))
    if not 400 <= status < 500:
        return OutcomeUnknown(f"{said}; it may have been done") if changes else Unavailable(said)
    if status in (401, 403) or act is Act.OPERATOR:
        return Misconfigured(said)
    if act is Act.OPERATOR_FOR_ONE:
        return Misconfigured(said, Scope.DELIVERY)
    if status == 404:
        return Misconfigured(said)
    return _rejected(said, act)


def read(kind: type[ObjectT], reply: Reply, what: str, *, changes: bool = False) -> ObjectT:
    """Read a successful answer; raises OutcomeUnknown, or Unavailable, for one that is not what it should be."""
    try:
        return kind.model_validate(reply.json())
    except (ValueError, ValidationError, RecursionError):
        text = f"{what}: Twilio's answer cannot be read"
        raise (OutcomeUnknown(f"{text}; it may have been done") if changes else Unavailable(text)) from None


def _rejected(said: str, act: Act | None) -> Rejected:
    return Rejected(said, bounced=act in (Act.NUMBER, Act.OPT_OUT), opted_out=act is Act.OPT_OUT)


def _act(code: int | None) -> Act | None:
    known = CODES.get(code) if code is not None else None
    return known.act if known else None


def _code(reply: Reply) -> int | None:
    try:
        said: Any = reply.json()
    except (ValueError, RecursionError):
        return None
    code = said.get("code") if isinstance(said, dict) else None
    return code if isinstance(code, int) and not isinstance(code, bool) else None
