"""An e-mail, rendered and ready to go to one recipient."""

from email.utils import parseaddr
from typing import Literal, Self

from pydantic import Field

from printhub.core.channels.channel import Material
from printhub.core.channels.files import FileSource, TicketFile, ticket_file
from printhub.core.model.record import Message
from printhub.core.model.verbs import Mode


class InlineImage(Message):
    """An image that the HTML part shows by `cid:`."""

    content_id: str
    """Without angle brackets; `cid:` and it stands in the HTML."""
    name: str
    media_type: str
    data: str = Field(repr=False)
    """Its bytes in base64 (RFC 4648)."""


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
    """Further headers, such as List-Unsubscribe and Auto-Submitted; no value has a line break."""
    attachments: tuple[TicketFile, ...] = ()
    inline: tuple[InlineImage, ...] = ()
    recipient_name: str = Field(default="", repr=False)
    reply_to: str = Field(default="", repr=False)
    """RFC 5322 mailbox; empty for the sender."""
    envelope_id: str = ""
    """RFC 3461 ENVID: comes back in delivery reports; empty to ask for none."""

    def bound(self, source: FileSource) -> Self:
        """The same message, its attachments able to reach their bytes."""
        return self.model_copy(update={"attachments": tuple(file.bound(source) for file in self.attachments)})


def email_message(material: Material) -> EmailMessage:
    """The e-mail of a draft and its words; raises ValueError without either.

    The token of the delivery stands in the address that bounces come back to, and in the Message-ID: so every attempt
    sends the same mail, and nobody else can say what became of it.
    """
    draft, words = material.draft, material.words
    if draft is None or words is None:
        raise ValueError("an e-mail has a draft and its words")
    _, address = parseaddr(draft.sender)
    back = draft.bounces or address
    local, _, domain = back.partition("@")
    return EmailMessage(
        storefront=draft.storefront,
        mode=draft.mode,
        message_id=f"{draft.token}@{address.partition('@')[2]}",
        sender=draft.sender,
        envelope_sender=f"{local}+{draft.token}@{domain}" if draft.bounces else address,
        envelope_id=draft.token,
        recipient=draft.recipient,
        recipient_name=draft.recipient_name,
        reply_to=draft.reply_to,
        subject=draft.marked(words.subject),
        text=words.text,
        html=words.html,
        headers=draft.headers,
        attachments=tuple(ticket_file(file) for file in material.files if str(file.id) in draft.enclosures),
    )
