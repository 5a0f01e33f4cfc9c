"""What a mail that came in turned out to be."""

from dataclasses import dataclass, field
from enum import StrEnum


class MailKind(StrEnum):
    """What a mail is, as far as the one is concerned who sent the message that it answers."""

    BOUNCE = "bounce"
    """The message was refused for good, for one recipient at the least."""
    DELAYED = "delayed"
    """It has not arrived yet, and is still tried."""
    DELIVERED = "delivered"
    COMPLAINT = "complaint"
    """Its reader reported it as unwanted (ARF, RFC 5965)."""
    AUTOREPLY = "autoreply"
    CHALLENGE = "challenge"
    """Somebody's filter wants a proof that a person wrote it."""
    MDN = "mdn"
    """A read receipt (RFC 8098)."""
    NOT_BOUNCE = "not_bounce"


class Action(StrEnum):
    """What became of a message for one recipient."""

    FAILED = "failed"
    """It is final: nobody tries any more, whatever the digits of its status say."""
    DELAYED = "delayed"
    DELIVERED = "delivered"
    COMPLAINT = "complaint"


class Severity(StrEnum):
    """Whether the address itself is dead."""

    HARD = "hard"
    SOFT = "soft"


@dataclass(frozen=True, slots=True)
class RecipientReport:
    """What is said of one recipient.

    `alias` is whom the message was sent to, where that is another address. `status` is an enhanced status code (RFC
    3463), empty where none was told; `status_class` is `permanent` or `temporary`. `reason` is one word for why.
    """

    address: str = field(repr=False)
    action: Action
    alias: str = field(default="", repr=False)
    status: str = ""
    status_class: str = ""
    smtp_reply: str = ""
    reason: str = ""
    severity: Severity | None = None
    detail: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class MailReport:
    """What a mail says. `tokens` and `message_ids` lead to the message that it is about, the surest first."""

    kind: MailKind
    recipients: tuple[RecipientReport, ...] = ()
    tokens: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    envelope_id: str = ""
