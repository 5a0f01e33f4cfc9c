"""An e-mail, rendered and ready to go to one recipient."""

from typing import Literal

from pydantic import Field

from printhub.core.channels.files import TicketFile
from printhub.core.model.record import Message
from printhub.core.model.verbs import Mode


class EmailMessage(Message):
    """One message for one recipient; frozen, so that a retry is the same mail."""

    version: Literal[1] = 1
    storefront: str
    mode: Mode
    message_id: str
    """RFC 5322 Message-ID without angle brackets, derived from the delivery."""
    sender: str = Field(repr=False)
    """RFC 5322 mailbox for the From header."""
    envelope_sender: str = Field(repr=False)
    """Where bounces go; identifies this very message."""
    recipient: str = Field(repr=False)
    subject: str = Field(repr=False)
    text: str = Field(repr=False)
    html: str | None = Field(default=None, repr=False)
    headers: dict[str, str] = Field(default={}, repr=False)
    attachments: tuple[TicketFile, ...] = ()
