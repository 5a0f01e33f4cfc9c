"""A text message, rendered and ready to go to one number."""

from typing import Literal

from pydantic import Field

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
