"""What a partner tells the hub by itself: a raw request, and the signals that an adapter reads from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol, Self, get_args, runtime_checkable

from pydantic import Field, JsonValue, model_validator

from printhub.core.model.call import Call
from printhub.core.model.money import Money
from printhub.core.model.record import Message, Timestamp
from printhub.core.model.reports import Progress as ProgressReport
from printhub.core.model.reports import Report
from printhub.core.model.verbs import Verb


class Signal(Message):
    """One thing that a partner says of one subject, found by key, reference or job, in that order."""

    key: str | None = None
    """The key of the call it answers."""
    reference: str | None = None
    """The partner's id, as an earlier report gave it."""
    job: str | None = None
    """The storefront's job id."""
    verb: Verb | None = None
    at: Timestamp | None = None
    """The partner's own time."""
    dedupe: str | None = None
    """The partner's id of this very message: a repeated one is one."""


class Progress(Signal):
    """Statuses that the partner reports for a job."""

    progress: tuple[ProgressReport, ...]


class Settled(Signal):
    """The partner's final word on a call: the report it amounts to, or the reason of its refusal."""

    report: Report | None = None
    refused: str | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.report is None and self.refused is None:
            raise ValueError("a settled call has a report, or the reason of its refusal")
        return self


class BounceKind(StrEnum):
    """What became of an e-mail for one recipient, as its mail system told later."""

    FAILED = "failed"
    """It was refused for good: nobody tries any more."""
    DELAYED = "delayed"
    """It has not arrived yet, and is still tried."""
    DELIVERED = "delivered"
    COMPLAINED = "complained"
    """It arrived, and the recipient reported it as unwanted."""


class Bounced(Signal):
    """What became of an e-mail for one recipient. The message is found by a token, else by its Message-ID.

    Both carry the hub's signature, so that a forged one leads to nothing; `key` and `reference` count for signals
    whose partner proved itself by `verify`.
    """

    recipient: str = Field(repr=False)
    detail: str = ""
    hard: bool = False
    """Whether the address itself is dead."""
    what: BounceKind = BounceKind.FAILED
    status: str = ""
    """The enhanced status code (RFC 3463), such as `5.1.1`; empty where none was told."""
    reason: str = ""
    """One word for why, such as `userunknown` or `mailboxfull`."""
    tokens: tuple[str, ...] = ()
    """What stood behind the + of the addresses that the bounce came back to."""
    message_ids: tuple[str, ...] = ()
    """Message-IDs of the message that bounced, without angle brackets."""


class Receipt(Signal):
    """What became of a text message; never moves a job."""

    state: str
    detail: str = ""
    failed: bool = False
    """Whether it will never arrive."""
    code: str = ""
    """The provider's own code for why."""


class RefundSeen(Signal):
    """A refund that the gateway knows of, made by the hub or in the gateway's own console."""

    amount: Money
    payment: str
    state: str
    reason: str = ""
    """Why it failed, in the gateway's word."""


class OptOut(Signal):
    """A recipient wants no more messages from this sender."""

    recipient: str = Field(repr=False)
    withdrawn: bool = False
    """They want messages again."""


class LookAgain(Signal):
    """Something changed and the message does not say what: the hub looks it up."""


AnySignal = Progress | Settled | Bounced | Receipt | RefundSeen | OptOut | LookAgain
SIGNALS: Mapping[str, type[AnySignal]] = MappingProxyType({kind.__name__: kind for kind in get_args(AnySignal)})
"""Every sort of signal by its name."""


class Certificates(Protocol):
    """Fetches the certificates that partners sign callbacks with, and remembers them."""

    def of(self, url: str) -> bytes:
        """The certificate (PEM) at an https address of the public internet; raises Refused where it is not to be had.

        The adapter decides first whether the address is its partner's: whoever sends a callback names it.
        """


@dataclass(frozen=True, slots=True)
class InboundRequest:
    """A callback as it came, before anything is believed of it."""

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    """Names in lower case."""
    query: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    purpose: str = ""
    """What stands behind the instance's name in the address, such as `status`; one adapter may have several."""
    url: str = ""
    """The whole address as the partner knows it, where a partner signs that too; empty where the hub has none."""
    certificates: "Certificates | None" = field(default=None, repr=False)
    """Where certificates come from that partners sign with; None where there is no way out."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the partner expects to be answered."""

    status: int = 200
    body: bytes = b""
    media_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Received:
    """What a callback said, and what to answer to it."""

    signals: Sequence[AnySignal]
    answer: Answer = Answer()


@runtime_checkable
class ReceivesWebhooks(Protocol):
    """An adapter that partners call back. Both methods are pure: no I/O, no state."""

    def verify(self, request: InboundRequest) -> None:
        """Raise Refused unless the request proves that it comes from the partner."""

    def read(self, request: InboundRequest) -> Received:
        """Read a verified request into signals."""


@runtime_checkable
class Polls(Protocol):
    """An adapter that asks its partner for news, every `poll_every` of its instance."""

    def poll(self, cursor: JsonValue, call: Call) -> tuple[Sequence[AnySignal], JsonValue]:
        """Return what is new since `cursor` (None at first) and the next cursor.

        The cursor is stored once the signals are, so that after a crash the same news may come again: give them the
        partner's own ids (`dedupe`). Raise what a verb raises; it is asked again later, from the same cursor.
        """
