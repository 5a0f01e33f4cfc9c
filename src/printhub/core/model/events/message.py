"""Events that the hub makes of what mail systems and SMS providers say later of a message."""

from pydantic import Field

from printhub.core.model.events.fact import Fact
from printhub.core.model.events.partner import PartnerFact
from printhub.core.model.record import Text
from printhub.core.model.signals import BounceKind


class MessageBounced(PartnerFact):
    """What became of an e-mail for its recipient."""

    type = "printhub.message.bounced"
    recipient: Text = Field(default="", repr=False)
    detail: Text = Field(default="", repr=False)
    hard: bool = False
    """Whether the address itself is dead."""
    what: BounceKind = BounceKind.FAILED
    status: Text = ""
    """The enhanced status code (RFC 3463)."""
    reason: Text = ""
    tokens: tuple[str, ...] = ()
    """What stood behind the + of the addresses that it came back to."""
    message_ids: tuple[str, ...] = ()


class MessageReceipt(PartnerFact):
    """What became of a text message."""

    type = "printhub.message.receipt"
    state: Text
    detail: Text = ""
    failed: bool = False
    code: Text = ""


class MessageOptOut(PartnerFact):
    """A recipient wants no more messages, or wants them again."""

    type = "printhub.message.optout"
    recipient: Text = Field(repr=False)
    withdrawn: bool = False


MESSAGE_EVENTS: tuple[type[Fact], ...] = (MessageBounced, MessageReceipt, MessageOptOut)
