"""A text message, rendered and ready to go to one number."""

from typing import Literal

from pydantic import Field

from printhub.core.channels.channel import Material
from printhub.core.model.record import Message
from printhub.core.model.verbs import Mode


class SmsMessage(Message):
    """One text for one number."""

    version: Literal[1] = 1
    storefront: str
    mode: Mode
    recipient: str = Field(repr=False)
    """E.164, such as `+4930123456`."""
    sender: str = ""
    """Number or name that the recipient sees; empty for the provider's default."""
    text: str = Field(repr=False)


def sms_message(material: Material) -> SmsMessage:
    """The text message of a draft and its words; raises ValueError without either, or where its template has none."""
    draft, words = material.draft, material.words
    if draft is None or words is None:
        raise ValueError("a text message has a draft and its words")
    if not words.sms:
        raise ValueError(f"the notification {draft.notification} has no template for text messages (sms.txt)")
    return SmsMessage(
        storefront=draft.storefront,
        mode=draft.mode,
        recipient=draft.recipient,
        sender=draft.sender,
        text=draft.marked(words.sms),
    )
